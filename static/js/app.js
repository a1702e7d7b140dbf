// Small conveniences. Every page works without this file.
(function () {
  "use strict";

  var summary = document.getElementById("error-summary");
  if (summary) summary.focus();

  // On a phone the filters of a list fold away, unless some are set that no chip tells; and the
  // open tab is in sight.
  var phone = window.matchMedia("(max-width: 760px)");
  function fold() {
    var isTold = document.querySelector("main .chip .icon");
    document.querySelectorAll("details[data-fold]").forEach(function (filters) {
      filters.open = !phone.matches || Boolean(filters.hasAttribute("data-set") && !isTold);
    });
    var tab = document.querySelector(".tabs [aria-current]");
    if (tab) tab.closest(".tabs").scrollLeft = tab.offsetLeft - 40;
  }
  fold();
  if (phone.addEventListener) phone.addEventListener("change", fold);

  // A second click on "submit" must not send the form twice.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    // A file that is fetched leaves the page as it is: its form may be sent again.
    if (form.method !== "post" || "download" in form.dataset) return;
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

  // A page about open work renews the part that changes, until the work has ended.
  function renew() {
    var live = document.querySelector("[data-live]");
    if (!live || !window.fetch || !window.DOMParser) return;
    setTimeout(function () {
      fetch(location.href, { credentials: "same-origin" })
        .then(function (answer) {
          return answer.ok ? answer.text() : Promise.reject(answer.status);
        })
        .then(function (text) {
          var fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-live]");
          if (!fresh) return location.reload();
          if (fresh.innerHTML !== live.innerHTML) live.replaceWith(document.importNode(fresh, true));
          renew();
        })
        .catch(renew);
    }, 2000);
  }
  renew();

  // Files may be dragged onto their field; what was chosen is listed.
  document.querySelectorAll("[data-drop]").forEach(function (zone) {
    var input = zone.querySelector("input[type=file]");
    var list = zone.querySelector("[data-drop-list]");
    var hint = zone.querySelector("[data-drop-hint]");
    if (!input || !window.DataTransfer) return;
    function show() {
      list.textContent = "";
      Array.from(input.files).forEach(function (file) {
        var line = document.createElement("li");
        line.textContent = file.name + " · " + Math.ceil(file.size / 1024).toLocaleString() + " KB";
        list.appendChild(line);
      });
    }
    hint.hidden = false;
    input.addEventListener("change", show);
    ["dragenter", "dragover"].forEach(function (name) {
      zone.addEventListener(name, function (event) {
        event.preventDefault();
        zone.classList.add("is-over");
      });
    });
    ["dragleave", "drop"].forEach(function (name) {
      zone.addEventListener(name, function () {
        zone.classList.remove("is-over");
      });
    });
    zone.addEventListener("drop", function (event) {
      event.preventDefault();
      var all = new DataTransfer();
      Array.from(input.files).concat(Array.from(event.dataTransfer.files)).forEach(function (file) {
        all.items.add(file);
      });
      input.files = all.files;
      show();
    });
  });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      window.print();
    });
  });
})();
