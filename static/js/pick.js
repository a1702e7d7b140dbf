// A line of text under which the answers that fit are listed, found by any part of a name or by its
// pinyin: for a select with [data-pick], and for a field of text whose list offers values.
// Everything works without this file.
(function () {
  "use strict";

  // On a telephone a short select is picked faster than typed.
  var FEW = 8;
  var isTouched = window.matchMedia && window.matchMedia("(pointer: coarse)").matches;
  if (!document.body.closest || !window.Event) return;

  function told(control, kinds) {
    kinds.forEach(function (kind) {
      control.dispatchEvent(new Event(kind, { bubbles: true }));
    });
  }
  function answersOf(options) {
    return Array.from(options)
      .filter(function (option) {
        return option.value && !option.disabled;
      })
      .map(function (option) {
        var isOfSelect = option.parentNode.tagName === "SELECT";
        var text = isOfSelect ? option.textContent.trim() : option.value;
        var beside = option.dataset.beside || "";
        return {
          option: option,
          text: text,
          beside: beside,
          key: (text + " " + beside + " " + (option.dataset.pinyin || "")).toLowerCase(),
        };
      });
  }

  // `take` is told the answer that was picked, `leave` that the field is left.
  function listUnder(input, answers, take, leave) {
    var list = document.createElement("ul");
    var shown = [];
    var active = -1;
    list.className = "pick-list";
    list.id = input.id + "-found";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", (input.labels && input.labels[0] ? input.labels[0].textContent : "").trim());
    list.hidden = true;
    var frame = document.createElement("div");
    frame.className = "pick";
    input.parentNode.insertBefore(frame, input);
    frame.appendChild(input);
    frame.appendChild(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    input.autocomplete = "off";

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
    function point(to) {
      active = to;
      Array.from(list.children).forEach(function (item, index) {
        item.setAttribute("aria-selected", index === active ? "true" : "false");
        if (index === active && item.scrollIntoView) item.scrollIntoView({ block: "nearest" });
      });
      input.setAttribute("aria-activedescendant", list.id + "-" + active);
    }
    function open(wanted) {
      var parts = wanted.trim().toLowerCase().split(/\s+/);
      shown = answers.filter(function (answer) {
        return parts.every(function (part) {
          return answer.key.indexOf(part) >= 0;
        });
      });
      list.textContent = "";
      shown.forEach(function (answer, index) {
        var item = document.createElement("li");
        item.id = list.id + "-" + index;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.textContent = answer.text;
        if (answer.beside) {
          var beside = document.createElement("small");
          beside.textContent = answer.beside;
          item.appendChild(beside);
        }
        list.appendChild(item);
      });
      active = -1;
      input.removeAttribute("aria-activedescendant");
      list.hidden = shown.length === 0;
      input.setAttribute("aria-expanded", list.hidden ? "false" : "true");
      if (!list.hidden && list.scrollIntoView) list.scrollIntoView({ block: "nearest" });
    }
    function pick(answer) {
      close();
      take(answer);
    }
    input.addEventListener("input", function () {
      open(input.value);
    });
    input.addEventListener("click", function () {
      if (list.hidden) open("");
    });
    input.addEventListener("keydown", function (event) {
      var step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        if (list.hidden) open("");
        if (shown.length) point((active + step + shown.length) % shown.length);
      } else if (event.key === "Enter" && !list.hidden && (active >= 0 || shown.length === 1)) {
        event.preventDefault();
        pick(shown[Math.max(active, 0)]);
      } else if (event.key === "Escape" && !list.hidden) {
        event.stopPropagation();
        close();
      }
    });
    list.addEventListener("mousedown", function (event) {
      event.preventDefault(); // the field keeps the cursor
    });
    list.addEventListener("click", function (event) {
      var item = event.target.closest("li");
      if (item) pick(shown[Array.from(list.children).indexOf(item)]);
    });
    input.addEventListener("blur", function () {
      var likely = active >= 0 ? shown[active] : shown.length === 1 && !list.hidden ? shown[0] : null;
      close();
      if (leave) leave(likely);
    });
  }

  // ---- instead of a select ----
  function replace(select) {
    var answers = answersOf(select.options);
    if (isTouched && answers.length <= FEW) return;
    var input = document.createElement("input");
    input.type = "text";
    input.className = "form-control pick-arrow";
    ["aria-describedby", "aria-invalid"].forEach(function (name) {
      if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    });
    input.placeholder = select.dataset.pick;
    input.id = select.id;
    select.id += "-choice";
    select.hidden = true;
    select.parentNode.insertBefore(input, select);

    function show() {
      var chosen = select.options[select.selectedIndex];
      input.value = chosen && chosen.value ? chosen.textContent.trim() : "";
    }
    function take(answer) {
      select.value = answer.option.value;
      show();
      told(select, ["change"]);
    }
    input.addEventListener("input", function (event) {
      event.stopPropagation(); // what is typed is no answer yet
    });
    input.addEventListener("focus", function () {
      input.select();
    });
    listUnder(input, answers, take, function (likely) {
      if (likely && input.value.trim()) take(likely);
      else if (!input.value.trim() && select.options[0] && !select.options[0].value) {
        select.value = "";
        told(select, ["change"]);
      } else show();
    });
    show();
  }
  document.querySelectorAll("select[data-pick]").forEach(replace);

  // ---- beside a text that may be any ----
  document.querySelectorAll("input[list]").forEach(function (input) {
    var answers = answersOf(input.list ? input.list.options : []);
    function fill(beside) {
      var other = input.form && input.form.elements[input.dataset.fills];
      if (other) other.value = beside;
    }
    input.addEventListener("change", function () {
      var found = answers.filter(function (answer) {
        return answer.text === input.value.trim();
      });
      if (found.length === 1 && input.dataset.fills) fill(found[0].beside);
    });
    if (!answers.length || !answers[0].option.dataset.pinyin) return;
    input.removeAttribute("list");
    listUnder(input, answers, function (answer) {
      input.value = answer.text;
      told(input, ["input", "change"]);
      if (input.dataset.fills) fill(answer.beside);
    });
  });
})();
