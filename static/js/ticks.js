// Lists with ticks: all of a page at once. Texts that are meant to be pasted elsewhere: copied.
(function () {
  "use strict";

  document.querySelectorAll("[data-ticks]").forEach(function (form) {
    var button = form.querySelector("[data-tick-all]");
    var boxes = Array.from(form.querySelectorAll("input[type=checkbox]"));
    if (!button || boxes.length < 2) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      var rest = boxes.filter(function (box) {
        return !box.checked;
      });
      boxes.forEach(function (box) {
        box.checked = rest.length > 0;
      });
    });
  });

  document.querySelectorAll("[data-copy]").forEach(function (button) {
    var text = document.getElementById(button.dataset.copy);
    var done = button.parentNode.querySelector("[data-copied]");
    function say() {
      if (done) done.hidden = false;
    }
    button.hidden = false;
    button.addEventListener("click", function () {
      text.select();
      if (navigator.clipboard) navigator.clipboard.writeText(text.value).then(say, say);
      else if (document.execCommand("copy")) say();
    });
  });
})();
