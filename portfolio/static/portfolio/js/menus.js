// Menus are plain <details>; this closes them on Escape and on a click elsewhere. Without it they still open and close.
(function () {
  "use strict";

  function closeAll(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (menu !== except) menu.removeAttribute("open");
    });
  }

  document.addEventListener("click", function (event) {
    closeAll(event.target.closest("details.menu"));
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var menu = event.target.closest("details.menu[open]");
    closeAll(null);
    if (menu) menu.querySelector("summary").focus();
  });
})();
