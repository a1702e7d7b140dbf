// Files of a form: sent as soon as they are chosen, one after the other, photographs made smaller
// before. Without this file the form sends them itself.
(function () {
  "use strict";
  if (!window.FormData || !window.XMLHttpRequest || !Array.from) return;

  var LONGEST_EDGE = 2048;
  var SMALL_ENOUGH = 1024 * 1024;
  var zones = Array.from(document.querySelectorAll("[data-upload]"));

  function make(tag, className, text) {
    var element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  }

  // A photograph as a smaller JPEG; anything that cannot be made smaller goes as it is.
  function shrink(file) {
    var isPicture = /^image\/(jpeg|png|webp|heic|heif)$/.test(file.type);
    if (!isPicture || file.size <= SMALL_ENOUGH || !window.createImageBitmap || !window.Promise) {
      return Promise.resolve(file);
    }
    return createImageBitmap(file, { imageOrientation: "from-image" })
      .then(function (bitmap) {
        var scale = Math.min(1, LONGEST_EDGE / Math.max(bitmap.width, bitmap.height));
        var canvas = document.createElement("canvas");
        canvas.width = Math.round(bitmap.width * scale);
        canvas.height = Math.round(bitmap.height * scale);
        var context = canvas.getContext("2d");
        context.fillStyle = "#fff";
        context.fillRect(0, 0, canvas.width, canvas.height);
        context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
        if (bitmap.close) bitmap.close();
        return new Promise(function (resolve) {
          canvas.toBlob(resolve, "image/jpeg", 0.85);
        });
      })
      .then(function (blob) {
        return blob && blob.size < file.size ? blob : file;
      })
      .catch(function () {
        return file;
      });
  }

  function Zone(root) {
    var form = root.closest("form");
    var list = root.querySelector("[data-upload-list]");
    var status = root.querySelector("[data-upload-status]");
    var input = root.querySelector("[data-upload-files]");
    var waiting = [];
    var isBusy = false;
    var heldBack = null;
    var say = function (name, file) {
      return root.dataset["say" + name].replace("NAME", file || "");
    };
    root.classList.add("is-scripted");

    function announce(text) {
      status.textContent = text;
    }

    function changed(element) {
      element.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function token() {
      return form.querySelector("input[name=csrf_token]").value;
    }

    function removable(row, label) {
      var button = make("button", "btn btn-small", say("Remove"));
      button.type = "button";
      button.setAttribute("aria-label", say("Remove") + " " + label);
      button.addEventListener("click", function () {
        if (row.dataset.discard) {
          var data = new FormData();
          data.append("csrf_token", token());
          var request = new XMLHttpRequest();
          request.open("POST", row.dataset.discard);
          request.setRequestHeader("Accept", "application/json");
          request.send(data);
        }
        row.remove();
        input.focus();
        changed(input);
      });
      row.querySelector(".upload-words").appendChild(button);
    }

    // The row of a file that is in: a box that keeps it, its caption, a way to take it out.
    function settle(row, kept) {
      var there = document.getElementById(root.dataset.name + "-" + kept.id);
      if (there) {
        row.remove();
        return there;
      }
      var words = row.querySelector(".upload-words");
      words.textContent = "";
      row.classList.remove("is-sending");
      row.dataset.discard = kept.discard;
      if (!kept.thumbnail) row.querySelector(".upload-picture").textContent = kept.name.split(".").pop().toUpperCase();
      else {
        var image = make("img");
        image.src = kept.thumbnail;
        image.alt = "";
        image.width = image.height = 72;
        row.querySelector(".upload-picture").replaceChildren(image);
      }
      var box = make("input");
      box.type = "checkbox";
      box.name = root.dataset.name;
      box.value = kept.id;
      box.id = root.dataset.name + "-" + kept.id;
      box.checked = true;
      var label = make("label", "", kept.name);
      label.htmlFor = box.id;
      var keep = make("div", "choice upload-keep");
      keep.append(box, label);
      var caption = make("input", "form-control");
      caption.name = root.dataset.name + "-caption-" + kept.id;
      caption.maxLength = 200;
      caption.placeholder = say("Show");
      caption.setAttribute("aria-label", say("Caption", kept.name));
      words.append(keep, caption);
      removable(row, kept.name);
      return box;
    }

    function refuse(row, item, text, canRetry) {
      var words = row.querySelector(".upload-words");
      row.classList.remove("is-sending");
      words.replaceChildren(make("b", "", item.file.name), make("p", "upload-fault", text));
      announce(item.file.name + " " + text);
      heldBack = null;
      if (canRetry) {
        var again = make("button", "btn btn-small", say("Again"));
        again.type = "button";
        again.addEventListener("click", function () {
          row.remove();
          add([item.file]);
        });
        words.appendChild(again);
      }
      removable(row, item.file.name);
    }

    function send(item, blob, done) {
      var row = item.row;
      if (blob.size > Number(root.dataset.mostBytes)) {
        refuse(row, item, say("Large"), false);
        return done();
      }
      var bar = row.querySelector("progress");
      row.querySelector(".upload-fate").textContent = say("Sending");
      var request = new XMLHttpRequest();
      request.open("POST", root.dataset.upload);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", function (event) {
        if (event.lengthComputable) bar.value = event.loaded / event.total;
      });
      request.addEventListener("loadend", function () {
        var answer = {};
        try {
          answer = JSON.parse(request.responseText);
        } catch (error) {
          answer = {};
        }
        if (request.status === 201) {
          changed(settle(row, answer));
          announce(say("Done", answer.name));
        } else if (request.status === 401) {
          refuse(row, item, say("SignedOut"), true);
        } else if (answer.error && request.status < 500) {
          refuse(row, item, answer.error.message, false);
        } else if (answer.error && request.status === 503) {
          refuse(row, item, answer.error.message, true);
        } else {
          refuse(row, item, say("Failed"), true);
        }
        done();
      });
      var data = new FormData();
      data.append("csrf_token", token());
      data.append("file", blob, item.file.name);
      request.send(data);
    }

    function next() {
      var item = waiting.shift();
      isBusy = Boolean(item);
      if (!item) {
        var button = heldBack;
        heldBack = null;
        if (button && form.requestSubmit) form.requestSubmit(button);
        return;
      }
      shrink(item.file).then(function (blob) {
        send(item, blob, next);
      });
    }

    function add(files) {
      Array.from(files).forEach(function (file) {
        var row = make("li", "upload-item is-sending");
        var words = make("div", "upload-words");
        var bar = make("progress");
        bar.max = 1;
        bar.value = 0;
        bar.setAttribute("aria-label", file.name);
        words.append(make("b", "", file.name), bar, make("small", "upload-fate", say("Shrinking")));
        row.append(make("div", "upload-picture"), words);
        list.appendChild(row);
        waiting.push({ file: file, row: row });
      });
      if (!isBusy) next();
    }

    Array.from(list.children).forEach(function (row) {
      removable(row, row.querySelector("label").textContent.trim());
    });
    input.addEventListener("change", function () {
      var files = Array.from(input.files);
      input.value = ""; // or the form would send them once more
      add(files);
    });
    ["dragenter", "dragover"].forEach(function (name) {
      root.addEventListener(name, function (event) {
        event.preventDefault();
        root.classList.add("is-over");
      });
    });
    ["dragleave", "drop"].forEach(function (name) {
      root.addEventListener(name, function () {
        root.classList.remove("is-over");
      });
    });
    root.addEventListener("drop", function (event) {
      event.preventDefault();
      add(event.dataTransfer.files);
    });

    var camera = root.querySelector("[data-upload-camera]");
    var lens = make("input");
    lens.type = "file";
    lens.accept = "image/*";
    if ("capture" in lens && window.matchMedia("(pointer: coarse)").matches) {
      lens.setAttribute("capture", "environment");
      camera.hidden = false;
      camera.addEventListener("click", function () {
        lens.value = "";
        lens.click();
      });
      lens.addEventListener("change", function () {
        add(lens.files);
      });
    }

    // What is still on its way belongs to the form: it goes when they have arrived.
    document.addEventListener(
      "submit",
      function (event) {
        if (event.target !== form || !isBusy) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        heldBack = event.submitter || form.querySelector("button[type=submit]:not([formnovalidate])");
        announce(say("Wait"));
      },
      true
    );
  }

  zones.forEach(Zone);
})();
