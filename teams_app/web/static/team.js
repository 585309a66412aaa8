// The team's day: an appointment is dragged, or moved by keys, to somebody else or to
// another time, or opened; each way ends in the one dialog, which asks the server what
// stands against it. What is free is judged here only to say so on the way.
(() => {
  const content = document.getElementById("content");
  const QUARTER = 3; // steps of five minutes
  const NEAR = 40; // pixels from an edge at which the day scrolls along
  const ghost = document.createElement("li");
  ghost.setAttribute("aria-hidden", "true");
  let held = null; // { link, item, from, column, at, steps, byKeys }

  const day = () => content.querySelector(".team.calendar");
  const columns = () => [...content.querySelectorAll(".team .column")];
  const number = (element, name) => Number(element.dataset[name] || 0);

  const clock = (at, colon) => {
    const hour = Math.floor(at / 12);
    const minute = String((at % 12) * 5).padStart(2, "0");
    const english = colon === ":";
    return `${english ? String(hour).padStart(2, "0") : hour}${colon}${minute}`;
  };

  const say = (key, words = {}) => {
    const live = document.getElementById("team-live");
    live.className = "unseen";
    const name = `say${key[0].toUpperCase()}${key.slice(1)}`;
    live.textContent = day().dataset[name].replace(/\{(\w+)\}/g, (_, word) => words[word]);
  };

  // Where what was done is said to all, it is said too that nothing was done, and why.
  const refuse = (key, words) => {
    say(key, words);
    document.getElementById("team-live").className = "toast";
  };

  const over = (element, at, steps) =>
    number(element, "at") - number(element, "before") < at + steps &&
    at < number(element, "at") + number(element, "steps") + number(element, "after");

  // What a place would be: `free`, `outside` her hours, `busy`, or `past`.
  const judged = ({ column, at, steps, item, from }) => {
    const moved = at !== from.at;
    if (moved && at <= number(day(), "now")) return "past";
    if ("whole" in column.dataset) return "busy";
    // With the breaks that belong to it, and to what stands there.
    const begins = at - number(item, "before");
    const lasts = steps + number(item, "before") + number(item, "after");
    for (const each of column.querySelectorAll(".event:not(.ghost):not([data-soft])"))
      if (each !== item && over(each, begins, lasts)) return "busy";
    for (const each of column.querySelectorAll(".band.away"))
      if (over(each, at, steps)) return "busy";
    for (const each of column.querySelectorAll(".band.shut"))
      if (over(each, at, steps)) return "outside";
    return "free";
  };

  const place = (column, at) => {
    const last = number(day(), "to") * 12 - held.steps;
    held.column = column;
    held.at = Math.max(number(day(), "from") * 12, Math.min(last, at));
    held.is = judged(held);
    const { steps } = held;
    const spot = `h${Math.floor(held.at / 12)} m${(held.at % 12) * 5} n${Math.floor(steps / 12)} s${steps % 12}`;
    ghost.className = `event ghost lane0 of1 ${spot} ${held.is}`;
    const colon = day().dataset.colon;
    ghost.textContent = `${clock(held.at, colon)}\u2013${clock(held.at + steps, colon)}`;
    column.append(ghost);
  };

  const where = () => ({ who: held.column.dataset.name, at: clock(held.at, day().dataset.colon) });

  const grab = (link) => {
    const item = link.closest(".event");
    const from = { column: item.closest(".column"), at: number(item, "at") };
    held = { link, item, from, steps: number(item, "steps") };
    item.classList.add("moving");
    place(from.column, from.at);
  };

  const letGo = () => {
    ghost.remove();
    held?.item.classList.remove("moving");
    held = null;
  };

  const drop = () => {
    const { link, column, at, is, from } = held;
    const words = where();
    letGo();
    if (is === "past") return refuse("notMovedPast", words);
    if (is === "busy") return refuse("notMoved", words);
    if (column === from.column && at === from.at) return say("cancelled");
    open(link, { to: column.dataset.id, at: clock(at, ":").padStart(5, "0") });
  };

  // The form is the server's; the dialog is shown once it stands in it.
  const open = async (link, chosen = {}) => {
    const view = content.querySelector(".tab");
    const { day: date, unit, look } = document.getElementById("hand").dataset;
    const asked = new URLSearchParams({ day: date, unit, look, ...chosen });
    link.focus();
    await htmx.ajax("GET", `${link.getAttribute("href")}?${asked}`, { target: "#hand-form" });
    const dialog = document.getElementById("hand");
    if (!dialog?.querySelector("form") || content.querySelector(".tab") !== view) return;
    const live = document.getElementById("team-live");
    live.textContent = "";
    live.className = "unseen";
    if (!dialog.open) dialog.showModal();
  };

  content.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) return event.target.closest("dialog").close();
    const link = event.target.closest("a[data-hand]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    // Before htmx, which would open the form as a page of its own.
    event.preventDefault();
    event.stopPropagation();
    if (!held) open(link);
  }, true);

  content.addEventListener("pointerdown", (event) => {
    const link = event.target.closest(".team.calendar .event")?.querySelector("a[data-hand]");
    if (!link || held || event.button || event.pointerType === "touch") return;
    const item = link.closest(".event");
    const begun = { x: event.clientX, y: event.clientY, at: number(item, "at") };
    const step = item.offsetHeight / number(item, "steps");
    const top = day().scrollTop;
    link.focus({ preventScroll: true });
    const listening = new AbortController();
    const until = { signal: listening.signal };

    // On the window: a fast hand has left the event with its first move.
    window.addEventListener("pointermove", (move) => {
      if (!held && Math.hypot(move.clientX - begun.x, move.clientY - begun.y) < 6) return;
      if (!link.isConnected) return listening.abort();
      if (!held) grab(link);
      follow(move.clientX);
      const down = move.clientY - begun.y + day().scrollTop - top;
      const under = columns().find((each) => {
        const { left, right } = each.getBoundingClientRect();
        return move.clientX >= left && move.clientX < right;
      });
      const still = Math.abs(down) < step * 2;
      const at = Math.round((begun.at + down / step) / QUARTER) * QUARTER;
      place(under || held.column, still ? begun.at : at);
    }, until);
    window.addEventListener("pointerup", () => {
      listening.abort();
      if (!held) return;
      // What is let go was not pressed.
      window.addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => window.removeEventListener("click", swallow, true));
      drop();
    }, until);
    window.addEventListener("pointercancel", () => {
      listening.abort();
      letGo();
    }, until);
    window.addEventListener("keydown", (key) => {
      if (key.key !== "Escape" || !held) return;
      listening.abort();
      letGo();
      say("cancelled");
    }, until);
  });

  const swallow = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  const follow = (x) => {
    const { left, right } = day().getBoundingClientRect();
    if (x > right - NEAR) day().scrollLeft += 12;
    if (x < left + 52 + NEAR) day().scrollLeft -= 12;
  };

  const ARROWS = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };

  const stepped = (at, by) =>
    by > 0 ? Math.floor(at / QUARTER + 1) * QUARTER : by < 0 ? Math.ceil(at / QUARTER - 1) * QUARTER : at;

  content.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const link = event.target.closest(".team.calendar a[data-hand]");
    if (!held) {
      if (!link || event.key.toLowerCase() !== "m") return;
      event.preventDefault();
      grab(link);
      held.byKeys = true;
      return say("grabbed", { what: link.dataset.hand });
    }
    const [aside, down] = ARROWS[event.key] || [];
    if (aside !== undefined) {
      const all = columns();
      const next = all[all.indexOf(held.column) + aside];
      place(next || held.column, stepped(held.at, down));
      ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
      say(held.is, where());
    } else if (event.key === "Enter") drop();
    else if (event.key === "Escape") {
      letGo();
      say("cancelled");
    } else if (event.key === "Tab") return letGo();
    event.preventDefault();
  });

  // Who goes on elsewhere by mouse or finger has let go of what the keys held.
  content.addEventListener("focusout", ({ target }) => {
    if (!held?.byKeys || target !== held.link) return;
    letGo();
    say("cancelled");
  });

  // What is asked for the dialog is no page of its own.
  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    const form = document.getElementById("hand-form");
    if (form && ctx.target === form) ctx.request.headers["Vuoro-Dialog"] = "1";
  });

  // After an act the same day stands where it stood.
  let stood = null;

  document.addEventListener("htmx:before:swap", ({ detail }) => {
    letGo();
    const view = day();
    const { dataset, scrollLeft, scrollTop } = view || {};
    stood = view && { date: dataset.day, unit: dataset.unit, scrollLeft, scrollTop };
  });

  document.addEventListener("htmx:after:swap", ({ detail }) => {
    const view = day();
    const acted = detail.ctx.request?.method === "POST";
    if (!acted || !view || view.dataset.day !== stood?.date || view.dataset.unit !== stood.unit) return;
    view.scrollTo(stood.scrollLeft, stood.scrollTop);
  });

  // What is wrong is read first; a form that is new begins at its first choice.
  document.addEventListener("htmx:after:swap", ({ detail }) => {
    const form = document.getElementById("hand-form");
    if (!form || detail.ctx.target !== form) return;
    (form.querySelector("[role=alert]") || form.querySelector("select, button"))?.focus();
  });
})();
