// Counts down to the meeting by the server's clock; the page's own clock only measures
// how long it has been open. Spoken at 10, 5 and 1 minutes and at the start.
// Opened early, the page is looked at again when its client begins to be waited for: her
// professional hears then that she is there, and the page says what to do if it fails.
(() => {
  const shown = document.getElementById("countdown");
  const wait = document.getElementById("wait");
  const told = document.getElementById("told");
  if (!shown) return;
  const { now, starts, late, one, many, hour, started, renew } = shown.dataset;
  // Counted to when it is expected to begin; she is waited for from when it was agreed.
  const near = 15 + Number(late);
  const left = Date.parse(starts) - Date.parse(now);
  const opened = performance.now();
  let last = null;
  let renewed = !renew;

  const look = async () => {
    renewed = true;
    try {
      const answer = await fetch(renew, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = document.querySelector("#trouble")?.parentNode;
      const fresh = page.querySelector("#trouble")?.parentNode;
      if (answer.ok && part && fresh) part.replaceWith(fresh);
    } catch {
      renewed = false; // No network just now; the next look may have it.
    }
  };

  const tick = () => {
    const minutes = Math.ceil((left - (performance.now() - opened)) / 60000);
    if (!renewed && minutes <= near && document.visibilityState === "visible") look();
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
    if (minutes <= 0 && wait) wait.textContent = wait.dataset.begun;
    if (last !== null && [10, 5, 1, 0].includes(minutes)) told.textContent = text;
    last = minutes;
  };

  tick();
  setInterval(tick, 5000);
})();

// The page may stay open while the appointment becomes another: after a while, and whenever
// somebody comes back to it, it looks where its button leads now, when and to whom. Of a
// late hand-over the way in may change first, and the person when it has been answered.
(() => {
  const join = document.getElementById("join");
  const another = document.getElementById("another");
  if (!join || !another || !join.dataset.look) return;
  const address = join.dataset.look;
  let looked = 0;

  const look = async () => {
    if (document.visibilityState !== "visible") return;
    looked += 1;
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.getElementById("join");
      if (!answer.ok) return;
      const [shown, stands] = [document, page].map((each) => ({
        when: `${each.querySelector("#when time")?.dateTime} ${each.getElementById("countdown")?.dataset.late}`,
        whom: each.querySelector(".hero .person"),
      }));
      const waits = page.querySelector("[data-again]");
      if (now ? shown.when !== stands.when : !waits) return location.replace(address);
      if (now && now.href !== join.href) {
        join.href = now.href;
        another.hidden = false;
      }
      for (const name of ["say", "token"])
        if (now?.dataset[name]) join.dataset[name] = now.dataset[name];
        else delete join.dataset[name];
      const [trouble, fresh] = [document, page].map((each) => ({
        stuck: each.getElementById("stuck"),
        part: each.getElementById("trouble")?.parentNode,
      }));
      if (!trouble.stuck !== !fresh.stuck && trouble.part && fresh.part)
        trouble.part.replaceWith(fresh.part);
      if (shown.whom && stands.whom && shown.whom.outerHTML !== stands.whom.outerHTML)
        shown.whom.replaceWith(stands.whom);
    } catch {
      // No network just now; the next look may have it.
    }
  };

  const again = setInterval(() => (looked < 200 ? look() : clearInterval(again)), 20000);
  document.addEventListener("visibilitychange", look);
  addEventListener("pageshow", (shown) => shown.persisted && look());
})();

// Who has said that she cannot get in, and presses the way in again, is seen to try: it is
// said beside the link, which leads to Teams as it is.
(() => {
  const join = document.getElementById("join");
  if (!join || !navigator.sendBeacon) return;
  join.addEventListener("click", () => {
    const { say, token } = join.dataset;
    if (say) navigator.sendBeacon(say, new URLSearchParams({ form_token: token }));
  });
})();
