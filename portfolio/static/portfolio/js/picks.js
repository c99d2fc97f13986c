// "All on this page" ticks every box of the list. Without it the boxes are ticked one by one.
(function () {
  "use strict";
  document.addEventListener("change", function (event) {
    if (!event.target.matches("[data-pick-all]")) return;
    event.target.form.querySelectorAll("[data-pick]").forEach(function (box) {
      box.checked = event.target.checked;
    });
  });
})();
