// The lines of a transfer: added and taken away without sending the form, the due day shown where
// something is lent. Everything works without this file.
(function () {
  "use strict";

  var list = document.querySelector("[data-lines]");
  var add = document.querySelector("[data-add]");
  if (!list || !list.closest || !window.Event) return;
  var most = Number(list.dataset.most);

  function lines() {
    return Array.from(list.querySelectorAll("[data-line]"));
  }
  function number(line) {
    return Number(/^lines-(\d+)-/.exec(line.querySelector("input").name)[1]);
  }
  function told() {
    list.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function fit() {
    lines().forEach(function (line, index) {
      line.querySelector("[data-line-name]").textContent = list.dataset.sayLine.replace("@", index + 1);
      line.querySelector("[data-remove]").hidden = lines().length < 2;
      var isLoan = line.querySelector("[data-loan]").checked;
      var due = line.querySelector(".goods-due");
      var day = due.querySelector("input");
      due.hidden = !isLoan && !day.hasAttribute("aria-invalid");
      if (due.hidden) day.value = "";
    });
    if (add) add.hidden = lines().length >= most;
  }
  // The new line is a copy of the last one without what was typed in it.
  function another() {
    var last = lines()[lines().length - 1];
    var next = Math.max.apply(null, lines().map(number)) + 1;
    var line = last.cloneNode(true);
    line.querySelectorAll(".field-error").forEach(function (error) {
      error.remove();
    });
    line.querySelectorAll("[id], [name], [for]").forEach(function (part) {
      ["id", "name", "for"].forEach(function (name) {
        var value = part.getAttribute(name);
        if (value) part.setAttribute(name, value.replace(/^lines-\d+-/, "lines-" + next + "-"));
      });
    });
    line.querySelectorAll("input").forEach(function (input) {
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
      if (input.type === "checkbox") input.checked = false;
      else input.value = "";
    });
    line.querySelectorAll(".field-invalid").forEach(function (field) {
      field.classList.remove("field-invalid");
    });
    list.appendChild(line);
    fit();
    line.querySelector("input").focus();
    told();
  }

  if (add) {
    add.addEventListener("click", function (event) {
      event.preventDefault();
      another();
    });
  }
  list.addEventListener("click", function (event) {
    var button = event.target.closest("[data-remove]");
    if (!button) return;
    event.preventDefault();
    if (lines().length > 1) button.closest("[data-line]").remove();
    fit();
    told();
    lines()[0].querySelector("input").focus();
  });
  list.addEventListener("change", fit);
  fit();
})();
