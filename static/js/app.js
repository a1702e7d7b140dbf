// Small conveniences. Every page works without this file.
(function () {
  "use strict";

  var summary = document.getElementById("error-summary");
  if (summary) summary.focus();

  // A second click on "submit" must not send the form twice.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    var button = event.submitter;
    if (button) button.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-disabled]").forEach(function (button) {
        button.removeAttribute("aria-disabled");
      });
    });
  });

  // Pop-ups close on Escape and on a click elsewhere.
  function closePopups(except) {
    document.querySelectorAll("details[data-popup][open]").forEach(function (popup) {
      if (popup !== except) popup.open = false;
    });
  }
  document.addEventListener("click", function (event) {
    closePopups(event.target.closest("details[data-popup]"));
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var open = document.activeElement.closest("details[data-popup][open]");
    closePopups(null);
    if (open) open.querySelector("summary").focus();
    if (location.hash === "#navigation") location.hash = "main";
  });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      window.print();
    });
  });
})();
