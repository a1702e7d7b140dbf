// A table of cells in place of one field for pasted text: Tab and arrow keys, paste from WPS and
// Excel, each fault in its cell. Without this file the field is there.
(function () {
  "use strict";
  var root = document.querySelector("[data-grid]");
  var spec = document.getElementById("grid-columns");
  if (!root || !spec || !window.fetch || !window.Promise || !Array.from) return;

  var columns = JSON.parse(spec.textContent);
  var most = Number(root.dataset.most);
  var form = root.closest("form");
  var plain = form.querySelector("[data-grid-plain]");
  var pasted = plain.querySelector("textarea");
  var head = root.querySelector("thead");
  var body = root.querySelector("tbody");
  var summary = root.querySelector("[data-grid-summary]");
  var status = root.querySelector("[data-grid-status]");
  var reportAddress = form.action;
  var saved = form.querySelector("[data-saved]");
  var saveButton = form.querySelector("[data-grid-save]");
  var say = function (name, from, to) {
    return root.dataset["say" + name].replace(from || "", to === undefined ? "" : to);
  };

  function make(tag, className, text) {
    var element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  }

  // --- the table --------------------------------------------------------------------------------

  function build() {
    var line = make("tr");
    line.appendChild(make("td", "grid-number"));
    columns.forEach(function (column) {
      var title = make("th", "", column.label);
      title.scope = "col";
      if (column.required) {
        var star = make("abbr", "", "*");
        star.title = say("Required");
        title.appendChild(star);
      }
      line.appendChild(title);
      if (!column.words.length) return;
      var words = make("datalist");
      words.id = "grid-words-" + column.key;
      column.words.forEach(function (word) {
        var option = make("option");
        option.value = word;
        words.appendChild(option);
      });
      root.appendChild(words);
    });
    head.appendChild(line);
  }

  function rows() {
    return Array.from(body.rows);
  }

  function inputs(row) {
    return Array.from(row.querySelectorAll("input"));
  }

  function addRow() {
    var number = body.rows.length + 1;
    if (number > most) return false;
    var row = make("tr");
    var title = make("th", "grid-number", String(number));
    title.scope = "row";
    row.appendChild(title);
    columns.forEach(function (column) {
      var cell = make("td", column.width);
      var input = make("input");
      input.type = "text";
      input.autocomplete = "off";
      input.setAttribute("aria-label", say("Row", "ROW", number) + " " + column.label);
      if (column.words.length) input.setAttribute("list", "grid-words-" + column.key);
      cell.appendChild(input);
      row.appendChild(cell);
    });
    body.appendChild(row);
    return true;
  }

  function addRows(count) {
    for (var done = 0; done < count; done += 1) if (!addRow()) return;
  }

  function cellAt(row, column) {
    var line = body.rows[row];
    return line ? inputs(line)[column] : undefined;
  }

  function placeOf(input) {
    var row = input.closest("tr");
    return { row: rows().indexOf(row), column: inputs(row).indexOf(input) };
  }

  function isFilled(row) {
    return inputs(row).some(function (input) {
      return input.value.trim();
    });
  }

  function count() {
    var filled = rows().filter(isFilled).length;
    status.textContent = filled ? say("Filled", "COUNT", filled) : "";
    return filled;
  }

  // --- moving -----------------------------------------------------------------------------------

  function go(row, column) {
    var target = cellAt(row, column);
    if (!target) return false;
    target.focus();
    target.select();
    return true;
  }

  function fillDown(input) {
    var at = placeOf(input);
    var above = cellAt(at.row - 1, at.column);
    if (!above) return;
    input.value = above.value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  body.addEventListener("keydown", function (event) {
    var input = event.target;
    if (input.tagName === "INPUT" && event.ctrlKey && event.key.toLowerCase() === "d") {
      event.preventDefault(); // as in WPS and Excel; the browser would keep a bookmark
      fillDown(input);
      return;
    }
    if (input.tagName !== "INPUT" || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.isComposing) return; // the arrow keys choose a Chinese character
    var at = placeOf(input);
    var isAll = input.selectionEnd - input.selectionStart === input.value.length;
    var isAtStart = isAll || (input.selectionStart === 0 && input.selectionEnd === 0);
    var isAtEnd = isAll || input.selectionStart === input.value.length;
    var moved = false;
    if (event.key === "ArrowUp") moved = go(at.row - 1, at.column);
    else if (event.key === "ArrowDown" || event.key === "Enter") {
      if (at.row === body.rows.length - 1) addRow();
      moved = go(at.row + 1, at.column) || event.key === "Enter";
    } else if (event.key === "ArrowLeft" && isAtStart) moved = go(at.row, at.column - 1);
    else if (event.key === "ArrowRight" && isAtEnd) moved = go(at.row, at.column + 1);
    if (moved) event.preventDefault();
  });

  // --- pasting ----------------------------------------------------------------------------------

  // Tabs between cells; a cell with line ends of its own stands in quotes.
  function parse(text) {
    var lines = [];
    var line = [];
    var cell = "";
    var isQuoted = false;
    text = text.replace(/\r\n?/g, "\n");
    for (var at = 0; at < text.length; at += 1) {
      var sign = text[at];
      if (isQuoted) {
        if (sign !== '"') cell += sign;
        else if (text[at + 1] === '"') {
          cell += '"';
          at += 1;
        } else isQuoted = false;
      } else if (sign === '"' && cell === "") isQuoted = true;
      else if (sign === "\t" || sign === "\n") {
        line.push(cell);
        cell = "";
        if (sign === "\n") {
          lines.push(line);
          line = [];
        }
      } else cell += sign;
    }
    if (cell || line.length) lines.push(line.concat(cell));
    return lines;
  }

  function folded(text) {
    return text.replace(/[\s*]/g, "").replace(/[（(].*$/, "").toLowerCase();
  }

  // Which column each cell of a header means; null: the row is no header.
  function headerOf(cells) {
    var found = cells.map(function (cell) {
      return columns.findIndex(function (column) {
        return column.names.concat(column.label).map(folded).indexOf(folded(cell)) >= 0;
      });
    });
    var known = found.filter(function (index) {
      return index >= 0;
    });
    return known.length > 1 && known.length * 2 > cells.length ? found : null;
  }

  function put(text, at) {
    var lines = parse(text);
    var places = lines.length ? headerOf(lines[0]) : null;
    if (places) lines.shift();
    var isWhole = true;
    lines.forEach(function (cells, down) {
      while (body.rows.length <= at.row + down && addRow());
      cells.forEach(function (value, right) {
        var column = places ? places[right] : at.column + right;
        if (column < 0) return;
        var input = cellAt(at.row + down, column);
        if (input) {
          input.value = value.replace(/\s*\n\s*/g, "、").trim();
          clear(input);
        } else if (at.row + down >= most) isWhole = false;
      });
    });
    count();
    if (!isWhole) status.textContent = say("TooMany");
  }

  body.addEventListener("paste", function (event) {
    var text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    if (event.target.tagName !== "INPUT" || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    put(text, placeOf(event.target));
    changed();
  });

  // --- faults -----------------------------------------------------------------------------------

  function clear(input) {
    var cell = input.parentNode;
    var fault = cell.querySelector(".grid-fault");
    if (!fault) return;
    fault.remove();
    cell.classList.remove("is-faulty");
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }

  function clearAll() {
    Array.from(body.querySelectorAll("[aria-invalid]")).forEach(clear);
    summary.hidden = true;
  }

  function mark(fault) {
    var column = columns.findIndex(function (one) {
      return one.key === fault.key;
    });
    var input = cellAt(fault.row - 1, Math.max(column, 0));
    if (!input) return null;
    var note = input.parentNode.querySelector(".grid-fault");
    if (!note) {
      note = make("p", "grid-fault");
      note.id = "grid-fault-" + fault.row + "-" + Math.max(column, 0);
      input.parentNode.appendChild(note);
      input.parentNode.classList.add("is-faulty");
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", note.id);
      input.id = note.id + "-cell";
    }
    note.textContent += fault.message;
    return { input: input, label: columns[Math.max(column, 0)].label };
  }

  function show(message, faults) {
    clearAll();
    var list = make("ul");
    summary.textContent = "";
    summary.append(make("h2", "", message), list);
    faults.forEach(function (fault) {
      var marked = mark(fault);
      var line = make("li");
      var text = say("Row", "ROW", fault.row) + " " + (marked ? marked.label : "") + " " + fault.message;
      if (marked) {
        var link = make("a", "", text);
        link.href = "#" + marked.input.id;
        link.addEventListener("click", function (event) {
          event.preventDefault();
          marked.input.focus();
        });
        line.appendChild(link);
      } else line.textContent = text;
      list.appendChild(line);
    });
    summary.hidden = false;
    summary.focus();
  }

  // --- saving itself ----------------------------------------------------------------------------

  var WAIT = 1500;
  var RETRY = 10000;
  var timer = null;
  var isDirty = false;
  var isSaving = null; // the request that is under way
  var isOver = false; // sent as a whole, or another page has saved it

  function cells() {
    return rows().map(function (row) {
      return inputs(row).map(function (input) {
        return input.value;
      });
    });
  }

  // The table as WPS puts it on the clipboard: what the one field holds without this file.
  function asText() {
    var lines = cells().map(function (line) {
      return line
        .map(function (cell) {
          return /^"|[\t\n]/.test(cell) ? '"' + cell.replace(/"/g, '""') + '"' : cell;
        })
        .join("\t");
    });
    while (lines.length && !lines[lines.length - 1].trim()) lines.pop();
    return lines.join("\n");
  }

  function typed() {
    var body = new FormData();
    ["csrf_token", "community", "form_key", "revision", "saved_from"].forEach(function (name) {
      body.append(name, form.elements[name].value);
    });
    body.append("table", asText());
    return body;
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  function changed() {
    isDirty = true;
    later(WAIT);
  }

  // Answers whether all that is typed is on the server.
  function save() {
    clearTimeout(timer);
    if (isSaving) return isSaving.then(save);
    if (isOver || !isDirty) return Promise.resolve(!isDirty);
    isDirty = false;
    saved.textContent = say("Saving");
    isSaving = fetch(root.dataset.save, {
      method: "POST",
      body: typed(),
      credentials: "same-origin",
      headers: { Accept: "application/json" },
    })
      .then(function (answer) {
        if (answer.status === 401) {
          isDirty = true;
          saved.textContent = say("SignedOut");
          return;
        }
        return answer.json().then(function (told) {
          if (told.is_stale) showStale(told);
          else saved.textContent = told.message || (told.error && told.error.message);
          if (!answer.ok) isDirty = true;
          else if (told.revision) wasSaved(told.revision);
          if (answer.ok && isDirty) later(WAIT);
        });
      })
      .catch(function () {
        isDirty = true;
        saved.textContent = say("Offline");
        later(RETRY);
      })
      .then(function () {
        isSaving = null;
        return !isDirty;
      });
    return isSaving;
  }

  // Opened again at this address, the page begins with what is saved.
  function wasSaved(revision) {
    form.elements.revision.value = revision;
    document.querySelector("[data-grid-saved]").hidden = false;
    if (history.replaceState) history.replaceState(null, "", root.dataset.save.split("?")[0]);
  }

  function showStale(told) {
    isOver = true;
    saved.textContent = "";
    show(told.message, []);
    var both = make("button", "btn", say("Versions"));
    both.type = "button";
    both.addEventListener("click", sendPlainly);
    summary.appendChild(both);
  }

  // As the page does it without this file: saved, and shown again with what speaks against it.
  function sendPlainly() {
    isOver = true;
    isDirty = false;
    clearTimeout(timer);
    pasted.value = asText();
    pasted.disabled = false;
    form.action = root.dataset.save;
    form.submit();
  }

  function leave(address) {
    isOver = true;
    isDirty = false;
    location.assign(address);
  }

  window.addEventListener("online", save);
  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) return;
    isOver = false;
    pasted.disabled = true;
    form.action = reportAddress;
  });
  // A telephone may close the page at any moment once it is out of sight.
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState !== "hidden" || !isDirty || isOver || !navigator.sendBeacon) return;
    if (navigator.sendBeacon(root.dataset.save, typed())) isDirty = false;
  });
  document.querySelector("[data-grid-discard]").addEventListener("submit", function () {
    isOver = true;
    isDirty = false;
    clearTimeout(timer);
  });

  // --- sending ----------------------------------------------------------------------------------

  var isSending = false;

  function send() {
    isSending = true;
    clearAll();
    status.textContent = say("Sending");
    return save().then(report).then(function () {
      isSending = false;
    });
  }

  function report() {
    if (isOver) return; // another page has saved it: both versions come first
    return fetch(form.action, {
      method: "POST",
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRFToken": form.querySelector("input[name=csrf_token]").value,
      },
      body: JSON.stringify({
        community: form.querySelector("input[name=community]").value,
        form_key: form.querySelector("input[name=form_key]").value,
        saved_from: form.elements.saved_from.value,
        revision: form.elements.revision.value,
        columns: columns.map(function (column) {
          return column.key;
        }),
        rows: cells(),
      }),
    })
      .then(function (answer) {
        if (answer.status === 401) return { message: say("SignedOut"), faults: [] };
        return answer.json();
      })
      .then(function (answer) {
        if (answer.url) return leave(answer.url);
        count();
        if (answer.is_stale) return showStale(answer);
        show(answer.message || (answer.error && answer.error.message), answer.faults || []);
      })
      .catch(function () {
        count();
        show(say("Failed"), []);
      });
  }

  document.addEventListener(
    "submit",
    function (event) {
      if (event.target !== form) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!isSending) send();
    },
    true
  );
  saveButton.addEventListener("click", function (event) {
    event.preventDefault();
    sendPlainly();
  });

  body.addEventListener("input", function (event) {
    changed();
    clear(event.target);
    count();
  });
  window.addEventListener("beforeunload", function (event) {
    if (isDirty && count()) event.preventDefault();
  });

  root.querySelector("[data-grid-more]").addEventListener("click", function () {
    addRows(10);
  });
  root.querySelector("[data-grid-clear]").addEventListener("click", function () {
    if (count() && !window.confirm(say("Clear"))) return;
    body.textContent = "";
    clearAll();
    changed();
    addRows(10);
    count();
    go(0, 0);
  });

  build();
  addRows(10);
  if (pasted.value.trim()) put(pasted.value, { row: 0, column: 0 });
  plain.hidden = true;
  pasted.disabled = true;
  root.hidden = false;
})();
