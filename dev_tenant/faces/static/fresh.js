/* Keep a page fresh: when the JSON behind it changes, draw its part again. */
"use strict";

(() => {
  const part = document.querySelector("[data-fresh]");
  let known = "";
  const look = async () => {
    const response = await fetch(part.dataset.fresh).catch(() => null);
    if (!response || !response.ok) return;
    const text = await response.text();
    const mark = String(text.length) + text.slice(-400);
    if (known && known !== mark) {
      const page = await (await fetch(location.href)).text();
      const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("[data-fresh]");
      const held = document.activeElement && document.activeElement.id;
      part.replaceChildren(...fresh.childNodes);
      // Whoever had come to a button by the keyboard is still there.
      if (held) document.getElementById(held)?.focus({ preventScroll: true });
    }
    known = mark;
  };
  look();
  setInterval(look, 2000);
})();
