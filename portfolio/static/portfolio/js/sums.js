// A month and the year's cumulative figure follow each other while one is typed. The server works it out anyway.
(function () {
  "use strict";

  function number(text) {
    var plain = text.replace(/[,\s，]/g, "");
    return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
  }

  function written(value) {
    return String(Math.round(value * 10000) / 10000);
  }

  document.addEventListener("DOMContentLoaded", function () {
    var part = document.querySelector("[data-sum-part]");
    var whole = document.querySelector("[data-sum-whole]");
    if (!part || !whole) return;
    var before = number(part.dataset.sumPart) || 0;
    part.addEventListener("input", function () {
      var value = number(part.value);
      if (value !== null) whole.value = written(before + value);
      else if (part.value === "") whole.value = "";
    });
    whole.addEventListener("input", function () {
      var value = number(whole.value);
      if (value !== null) part.value = written(value - before);
      else if (whole.value === "") part.value = "";
    });
  });
})();
