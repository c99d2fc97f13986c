// A form that takes a while says so: its note shows how long it has been at it, and a second click sends nothing twice.
// Without it the form is sent all the same, and the browser's own sign turns.
(function () {
  "use strict";

  function begin(form) {
    var note = form.querySelector("[data-busy-note]");
    var since = Date.now();
    form.setAttribute("aria-busy", "true");
    note.hidden = false;
    note.querySelector("[data-busy-words]").textContent = note.dataset.words;
    form.ticking = window.setInterval(function () {
      note.querySelector("[data-busy-seconds]").textContent = Math.round((Date.now() - since) / 1000) + " s";
    }, 1000);
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.querySelector("[data-busy-note]")) return;
    if (form.getAttribute("aria-busy") === "true") event.preventDefault();
    else begin(form);
  });

  // A page that comes back from the browser's store is at rest again.
  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) return;
    document.querySelectorAll("form[aria-busy]").forEach(function (form) {
      window.clearInterval(form.ticking);
      form.removeAttribute("aria-busy");
      form.querySelector("[data-busy-note]").hidden = true;
    });
  });
})();
