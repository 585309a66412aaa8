// Keeps the bar in step with the chosen time, and the focus in step with the day.
// The bar is read from the page after every change, so it never promises a time that
// is no longer there. Without this file the radios and the button work all the same.
(() => {
  const bar = document.getElementById("chosen");
  if (!bar) return;
  const nothing = bar.firstElementChild;
  bar.hidden = false;  // Without this file nobody would keep it true.

  const show = () => {
    const chosen = document.querySelector("#picker [name=slot]:checked");
    if (!chosen) return bar.replaceChildren(nothing);
    const when = document.createElement("b");
    when.textContent = chosen.dataset.when;
    const who = document.createElement("span");
    who.textContent = chosen.dataset.who || "";
    bar.replaceChildren(when, who);
  };

  document.addEventListener("change", (event) => {
    if (event.target.name === "slot") show();
  });
  document.addEventListener("htmx:after:swap", () => {
    show();
    document.getElementById("day")?.focus({ preventScroll: true });
  });
  window.addEventListener("pageshow", show);
  show();
})();
