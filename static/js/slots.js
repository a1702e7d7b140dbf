// The weekly lessons of an arrangement: empty lines wait behind a button, a new one begins like the
// one before. Everything works without this file, all lines standing there.
(function () {
  "use strict";

  var box = document.querySelector("[data-slots]");
  if (!box || !box.closest || !window.Event) return;
  var lines = Array.from(box.querySelectorAll("[data-slot]"));
  var add = box.querySelector("[data-add-slot]");
  var count = 1; // of the lines that are shown

  function controls(line) {
    return Array.from(line.querySelectorAll("input, select"));
  }
  function isWeeks(control) {
    return /-rhythm$/.test(control.name);
  }
  function isBlank(line) {
    return controls(line).every(function (control) {
      return isWeeks(control) || !control.value;
    });
  }
  function clear(line) {
    controls(line).forEach(function (control) {
      control.value = isWeeks(control) ? control.options[0].value : "";
    });
  }
  function copy(from, to, but) {
    controls(to).forEach(function (control, place) {
      if (!but || !but.test(control.name)) control.value = controls(from)[place].value;
    });
  }
  function fit() {
    lines.forEach(function (line, index) {
      line.hidden = index >= count;
      line.querySelector("[data-remove]").hidden = count < 2;
    });
    add.hidden = count === lines.length;
  }
  lines.forEach(function (line, index) {
    if (!isBlank(line)) count = index + 1;
  });
  fit();

  add.addEventListener("click", function () {
    copy(lines[count - 1], lines[count], /-weekday$/);
    count += 1;
    fit();
    controls(lines[count - 1])[0].focus();
  });
  box.addEventListener("click", function (event) {
    var button = event.target.closest("[data-remove]");
    if (!button) return;
    var place = lines.indexOf(button.closest("[data-slot]"));
    for (; place < count - 1; place += 1) copy(lines[place + 1], lines[place]);
    count -= 1;
    clear(lines[count]);
    fit();
    controls(lines[count - 1])[0].focus();
  });

  // Who stays at a school for a whole term has no weekly lessons.
  var part = box.closest("[data-weekly]");
  function follow() {
    var chosen = document.querySelector("[name=kind]:checked");
    var isWhole = Boolean(chosen && part.dataset.weekly.split(" ").indexOf(chosen.value) >= 0);
    part.hidden = isWhole && lines.every(isBlank) && !part.querySelector(".field-error");
  }
  if (part) {
    part.closest("form").addEventListener("change", follow);
    follow();
  }
})();
