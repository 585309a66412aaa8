// Looks again, quietly, while something is being waited for: the page changes only when
// there is news. Without script the page reloads itself instead.
(() => {
  const waiting = document.querySelector("[data-again]");
  if (!waiting) return;
  const address = waiting.dataset.again;
  const seconds = Number(waiting.dataset.seconds) || 5;
  let looked = 0;

  const look = async () => {
    if (document.visibilityState === "visible") {
      looked += 1;
      try {
        const answer = await fetch(address, { credentials: "same-origin" });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (answer.ok && !page.querySelector("[data-again]")) {
          return location.replace(address);
        }
      } catch {
        // No network just now; the next look may have it.
      }
    }
    if (looked < 200) setTimeout(look, seconds * 1000);
  };

  setTimeout(look, seconds * 1000);
})();
