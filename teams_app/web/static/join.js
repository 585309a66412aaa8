// Counts down to the meeting by the server's clock; the page's own clock only measures
// how long it has been open. Spoken at 10, 5 and 1 minutes and at the start.
(() => {
  const shown = document.getElementById("countdown");
  const told = document.getElementById("told");
  if (!shown) return;
  const { now, starts, one, many, hour, started } = shown.dataset;
  const left = Date.parse(starts) - Date.parse(now);
  const opened = performance.now();
  let last = null;

  const tick = () => {
    const minutes = Math.ceil((left - (performance.now() - opened)) / 60000);
    if (minutes === last || minutes >= 120) return;
    const text =
      minutes <= 0
        ? started
        : minutes === 1
          ? one
          : minutes <= 90
            ? many.replace("#", minutes)
            : hour.replace("#", minutes - 60);
    shown.textContent = text;
    if (last !== null && [10, 5, 1, 0].includes(minutes)) told.textContent = text;
    last = minutes;
  };

  tick();
  setInterval(tick, 5000);
})();
