// The form on which an activity is entered: it saves itself, and hides what does not apply.
// Everything works without this file.
(function () {
  "use strict";

  var form = document.getElementById("entry");
  if (!form || !window.fetch || !window.URLSearchParams || !window.FormData) return;
  var said = document.querySelector("[data-saved]");

  // ---- saving itself ----
  var WAIT = 1500;
  var RETRY = 10000;
  var timer = null;
  var isDirty = false;
  var isSending = false;
  var isOver = false; // sent as a whole, or another page has saved it

  function typed() {
    var body = new URLSearchParams();
    new FormData(form).forEach(function (value, name) {
      if (typeof value === "string") body.append(name, value);
    });
    return body;
  }
  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }
  function save() {
    if (isOver || isSending || !isDirty) return;
    isSending = true;
    isDirty = false;
    said.textContent = form.dataset.saySaving;
    fetch(form.dataset.autosave, {
      method: "POST",
      body: typed(),
      credentials: "same-origin",
      headers: { Accept: "application/json" },
    })
      .then(function (answer) {
        if (answer.status === 401) {
          isDirty = true;
          said.textContent = form.dataset.saySignedOut;
          return;
        }
        return answer.json().then(function (told) {
          if (answer.ok) form.elements.revision.value = told.revision;
          if (answer.status === 409) isOver = true;
          said.textContent = told.message;
          if (isDirty) later(WAIT);
        });
      })
      .catch(function () {
        isDirty = true;
        said.textContent = form.dataset.sayOffline;
        later(RETRY);
      })
      .then(function () {
        isSending = false;
      });
  }
  function changed() {
    isDirty = true;
    later(WAIT);
  }
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", function () {
    isOver = true;
    clearTimeout(timer);
  });
  window.addEventListener("online", save);
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) isOver = false;
  });
  // A telephone may close the page at any moment once it is out of sight.
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState !== "hidden" || !isDirty || isOver || !navigator.sendBeacon) return;
    if (navigator.sendBeacon(form.dataset.autosave, typed())) isDirty = false;
  });

  // ---- another community offers other schools ----
  var offer = form.querySelector("[data-offer]");
  if (offer && form.requestSubmit) {
    form.querySelector("[data-offer-row]").hidden = true;
    form.querySelector("[data-offers]").addEventListener("change", function () {
      form.requestSubmit(offer);
    });
  }

  // ---- schools ----
  var schools = Array.from(form.querySelectorAll("[data-schools] .choice"));
  var find = form.querySelector("[data-find]");
  if (find) {
    find.hidden = false;
    find.querySelector("input").addEventListener("input", function (event) {
      event.stopPropagation();
      var wanted = event.target.value.trim().toLowerCase();
      schools.forEach(function (school) {
        var text = school.textContent + " " + school.dataset.pinyin;
        var isChosen = school.querySelector("input").checked;
        school.hidden = !isChosen && text.toLowerCase().indexOf(wanted) < 0;
      });
    });
  }
  function fit() {
    var provider = form.elements.provider;
    var chosen = schools.filter(function (school) {
      var box = school.querySelector("input");
      box.disabled = Boolean(provider && box.value === provider.value);
      if (box.disabled) box.checked = false;
      return box.checked;
    });
    var isKindergarten =
      chosen.length > 0 &&
      chosen.every(function (school) {
        return "kindergarten" in school.dataset;
      });
    show("[data-half-days]", isKindergarten);
    show("[data-lessons]", !isKindergarten);
  }
  // What is hidden holds nothing, unless it holds a mistake to be seen.
  function show(selector, isShown) {
    form.querySelectorAll(selector).forEach(function (part) {
      if (!isShown && part.querySelector("[aria-invalid]")) return;
      part.hidden = !isShown;
      if (!isShown)
        part.querySelectorAll("input, select").forEach(function (control) {
          control.value = "";
        });
    });
  }
  form.addEventListener("change", fit);
  fit();

  // ---- what goes together ----
  var usual = form.querySelector("[data-usual-modes]");
  if (usual) {
    var modes = JSON.parse(usual.dataset.usualModes);
    var offered = "";
    form.addEventListener("change", function (event) {
      if (event.target.name === "mode") offered = ""; // chosen by a person: it stays
      if (event.target.name !== "kind" || form.elements.mode.value !== offered) return;
      offered = modes[event.target.value] || "";
      form.elements.mode.forEach(function (choice) {
        choice.checked = choice.value === offered;
      });
    });
  }
  var slots = form.elements.slots;
  if (slots) {
    slots.addEventListener("change", function () {
      var lessons = /^第?(\d+)(?:[-–—~～至](\d+))?节?$/.exec(slots.value.replace(/\s/g, ""));
      var periods = form.elements.periods;
      if (lessons && periods && !periods.value && !periods.closest("[hidden]")) {
        periods.value = Number(lessons[2] || lessons[1]) - Number(lessons[1]) + 1;
      }
    });
  }
})();
