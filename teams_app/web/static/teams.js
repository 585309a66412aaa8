// Brings the tab to life: signs in to Teams, then lets htmx fetch everything with the
// token in a header. A first document cannot carry a header, so the shell is anonymous.
// Nothing is kept in storage, which a frame of another site may not have.
(() => {
  const root = document.documentElement;
  const content = document.getElementById("content");
  const outside = document.getElementById("outside");
  const trouble = document.getElementById("trouble");
  const refused = document.getElementById("refused");
  const teams = window.microsoftTeams;
  const THEMES = { default: "default", dark: "dark", contrast: "contrast" };
  const SLOWEST = 3000;
  const UNDOABLE = 120000;
  const MORNING = 8;
  let token = null;
  let locale = root.lang;
  let person = "";
  let last = content.dataset.content;
  let meeting = "";
  let reading = null;
  let inSight = true;
  let looking = false;
  let acted = 0;

  const within = (promise, time) =>
    Promise.race([
      promise,
      new Promise((_, reject) => setTimeout(reject, time, new Error("silent"))),
    ]);

  const wear = (theme) => {
    root.dataset.theme = THEMES[theme] || "default";
  };

  const signIn = async () => {
    token = await teams.authentication.getAuthToken();
  };

  // One fresh token when the old one has expired, then the same request once more.
  const authorised = async (address, request) => {
    const ask = () => {
      request.headers.Authorization = `Bearer ${token}`;
      if (meeting) request.headers["Vuoro-Meeting"] = encodeURIComponent(meeting);
      return fetch(address, request);
    };
    if (!token) await signIn();
    const answer = await ask();
    if (answer.status !== 401) return answer;
    token = null;
    await signIn();
    const again = await ask();
    if (again.status === 401) {
      token = null;
      throw new Error("refused");
    }
    return again;
  };

  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    ctx.request.headers["Accept-Language"] = locale;
    ctx.fetch = authorised;
  });

  document.addEventListener("htmx:before:request", () => {
    content.setAttribute("aria-busy", "true");
  });

  document.addEventListener("htmx:finally:request", () => {
    content.removeAttribute("aria-busy");
  });

  // Where all is broken what was typed stays, and may be sent again.
  document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
    if (ctx.response.raw.status >= 500 && ctx.sourceElement.closest("#notes")) {
      last = null;
      note(trouble);
    }
  });

  // Exactly one of the notes stands there, or none.
  const note = (shown) => {
    for (const each of [outside, trouble, refused]) each.hidden = each !== shown;
    content.hidden = shown !== null && content.querySelector(".tab") === null;
    shown?.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("htmx:error", (event) => {
    const request = event.detail.ctx?.request;
    // What was typed stays; only a page that was fetched can be fetched again.
    last = request?.method === "GET" ? request.action : null;
    note(token ? trouble : refused);
  });

  // Other times have come into the form: why one is missing is asked of the same day, and
  // what was wrong before is said no longer.
  const onPart = () => {
    const day = content.querySelector("#picker [name=day]");
    const why = content.querySelector("[name=why_day]");
    if (!day || !why) return;
    if (why.value !== day.value) content.querySelector("#why-answer").replaceChildren();
    why.value = day.value;
    mended("slot");
  };

  // Who was found stands in the form now: it goes on there.
  const onClient = () => {
    content.querySelector("#found").replaceChildren();
    content.querySelector("#f-name").focus();
    for (const name of ["name", "language", "email", "phone"]) mended(name);
  };

  // Notes were swapped in their place: what came of the press is there to be read.
  const onNotes = () => {
    const said = content.querySelector("#notes :is(.said, [role=alert])");
    const field = said?.closest(".field")?.querySelector("textarea");
    (field || said || content.querySelector("#notes-title"))?.focus({ preventScroll: true });
    (field || said)?.scrollIntoView({ block: "nearest" });
  };

  // What was wrong with a field is not said of what she has put there since. It keeps its
  // place all the same: what she presses next must not move away under the pointer.
  document.addEventListener("change", ({ target }) => {
    const field = target.closest(".field.wrong:not(.mended)");
    if (!field) return;
    const { id } = field.querySelector(".problem");
    field.classList.add("mended");
    for (const each of [field, ...field.querySelectorAll("*")]) {
      each.removeAttribute("aria-invalid");
      const by = each.getAttribute("aria-describedby")?.split(" ") ?? [];
      const left = by.filter((other) => other !== id);
      if (left.length < by.length) each.setAttribute("aria-describedby", left.join(" "));
    }
    mended(id.slice("e-".length));
  });

  // The list on top counts what is left, without being read out anew each time.
  const mended = (name) => {
    const list = content.querySelector("#errors");
    const items = list?.querySelectorAll(`li:has(a[href="#f-${name}"])`) ?? [];
    if (!items.length) return;
    list.style.minHeight = `${list.offsetHeight}px`;
    list.removeAttribute("role");
    for (const each of items) each.classList.add("mended");
    const left = list.querySelectorAll("li:not(.mended)").length;
    const count = list.querySelector("[data-counts]");
    if (left) count.textContent = count.dataset.counts.split("|")[left - 1];
    else list.classList.add("mended");
  };

  // What is swapped in would take over the style of its forerunner of the same id, and the
  // page allows none that is written in it.
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    const target = ctx.target?.closest ? ctx.target : document.querySelector(ctx.target);
    target?.querySelector("#errors[style]")?.removeAttribute("id");
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = event.detail;
    if (ctx.quiet || ctx.swap === "none") return;
    note(null);
    const tab = content.querySelector(".tab");
    if (tab?.lang) root.lang = tab.lang;
    // An answer may be led elsewhere than it was asked for.
    const target = ctx.target.closest ? ctx.target : document.querySelector(ctx.target);
    // An answer about a time changes nothing of the form it was asked from.
    if (target.closest("#why")) return;
    if (target.id === "notes") return onNotes();
    if (target.id === "found") return;
    if (target.id === "whom-fields") return onClient();
    if (target !== content) return onPart();
    acted = performance.now();
    const fetched = ctx.request.method === "GET" ? ctx.request.action : content.dataset.content;
    reading = tab && "stand" in tab.dataset ? tab.dataset.here || fetched : null;
    const first =
      content.querySelector("#errors, [role=alert]") || content.querySelector("h1");
    first?.focus({ preventScroll: true });
    // Another day than today begins in the morning, whatever is done in its night.
    const hours = [...document.querySelectorAll(".calendar .clock span")];
    const morning = hours.find((each) => parseInt(each.textContent) === MORNING);
    (document.querySelector(".calendar .now") || morning)?.scrollIntoView({ block: "center" });
    // On a phone not every day fits: today's is looked for first, before its hours too.
    document
      .querySelector(".calendar .head.today")
      ?.scrollIntoView({ block: "nearest", inline: "center" });
    window.scrollTo(0, 0);
  });

  const load = (address) => htmx.ajax("GET", address, { target: "#content" });

  for (const button of document.querySelectorAll("button[data-again]")) {
    button.addEventListener("click", () => (last ? load(last) : note(null)));
  }

  // Where consent is missing Teams gives no token: the person gives it in a window.
  for (const button of document.querySelectorAll("button[data-sign]")) {
    button.addEventListener("click", async () => {
      const { signIn: path } = content.dataset;
      const hint = encodeURIComponent(person);
      try {
        await teams.authentication.authenticate({
          url: `${location.origin}${path}?login_hint=${hint}`,
          width: 600,
          height: 640,
        });
      } catch {
        return; // Refused or closed: the note stands there still.
      }
      token = null;
      await load(last || content.dataset.content);
    });
  }

  // Teams opens a meeting better than a new window does.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-join]");
    if (!link || !token) return;
    event.preventDefault();
    teams.app.openLink(link.href).catch(() => window.open(link.href, "_blank"));
  });

  // A file needs the token too, so it is fetched and then handed over. What is no file is
  // a page that says why.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-file]");
    if (!link) return;
    event.preventDefault();
    try {
      const headers = { "Accept-Language": locale };
      const answer = await authorised(link.href, { headers });
      const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition"))?.[1];
      if (!name) {
        const text = await answer.text();
        await htmx.swap({ text, target: content, swap: "innerHTML", sourceElement: content });
        content.querySelector("#errors, [role=alert], h1")?.focus({ preventScroll: true });
        return;
      }
      const file = document.createElement("a");
      file.href = URL.createObjectURL(await answer.blob());
      file.download = name;
      file.click();
      setTimeout(() => URL.revokeObjectURL(file.href), 60000);
    } catch {
      note(token ? trouble : refused);
    }
  });

  // What is only read is kept up to date while it stands open: quietly, in its place, and
  // never where something has been begun. Whether there is anything new is asked first,
  // because every look at a client is written down.
  const ask = async (address, more) => {
    const headers = { "Accept-Language": locale, ...more };
    const answer = await authorised(address, { headers });
    if (!answer.ok) throw new Error(answer.status);
    return answer.text();
  };

  // Whether a field says something else than it did when it came.
  const isTouched = (field) => {
    if (field.type === "checkbox" || field.type === "radio") {
      return field.checked !== field.defaultChecked;
    }
    if (!field.options) return field.value !== field.defaultValue;
    const all = [...field.options];
    const first = Math.max(0, all.findIndex((each) => each.defaultSelected));
    return field.selectedIndex !== first;
  };

  const isBusy = () =>
    !token || !reading || looking || !inSight || document.hidden ||
    content.hasAttribute("aria-busy") ||
    content.querySelector("details[open] form, dialog[open], .moving") !== null ||
    [...content.querySelectorAll("input, select, textarea")].some(isTouched);

  // What stands there, but for what only tells the hour or what has just been done.
  const words = (tab) => {
    const copy = tab.cloneNode(true);
    for (const each of copy.querySelectorAll(".now, .toast")) each.remove();
    return copy.textContent.replace(/\s+/g, " ");
  };

  // What she has just done can be undone for a while, and not only until the view is drawn
  // anew. It is set aside meanwhile, as it stands; later it would only cover the view.
  const undoable = () => {
    const kept = performance.now() - acted < UNDOABLE;
    const toast = kept ? content.querySelector(".toast.undoes") : null;
    const focused = toast?.contains(document.activeElement) && document.activeElement;
    toast?.remove();
    return () => {
      if (toast) content.querySelector(".tab .page-head")?.after(toast);
      if (focused) focused.focus({ preventScroll: true });
    };
  };

  const look = async () => {
    if (isBusy()) return;
    looking = true;
    const tab = content.querySelector(".tab");
    try {
      if ((await ask(content.dataset.stand)) === tab.dataset.stand) return;
      const text = await ask(reading, { "Vuoro-Again": "1" });
      looking = false;
      if (isBusy() || content.querySelector(".tab") !== tab) return;
      const before = words(tab);
      const keep = undoable();
      await htmx.swap({ text, target: content, swap: "innerMorph", sourceElement: content, quiet: true });
      const now = content.querySelector(".tab");
      keep();
      const changed = document.getElementById("changed");
      changed.textContent = words(now) === before ? "" : now.dataset.says;
    } catch {
      // She will be told when she does something herself.
    } finally {
      looking = false;
    }
  };

  // What is said to come in some seconds is not said any longer than that.
  setInterval(() => {
    const since = (performance.now() - acted) / 1000;
    for (const each of content.querySelectorAll("[data-then]")) {
      if (since > Number(each.dataset.after)) each.textContent = each.dataset.then;
    }
  }, 1000);
  setInterval(look, 60000);
  window.addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
  // Teams keeps a tab that is left, without saying so to its document.
  new IntersectionObserver(([main]) => {
    inSight = main.isIntersecting;
    look();
  }).observe(document.querySelector("main"));

  // A link into the tab names an appointment, a form that was begun in the chat, or a
  // view: `team:2026-11-24`, `question:12`, `away:`; `move:K7Q2FM` an appointment's times.
  const VIEWS = {
    health: "/teams/health",
    away: "/teams/away",
    settings: "/teams/settings",
    desk: "/teams/desk",
    offers: "/teams/offers",
    question: "/teams/question/",
    team: "/teams/team?day=",
  };
  const leading = (wanted, appointment, form) => {
    const [view, value] = wanted.split(":");
    if (value !== undefined && Object.hasOwn(VIEWS, view)) {
      return VIEWS[view] + encodeURIComponent(value);
    }
    if (view === "move" && value) return `${appointment}${encodeURIComponent(value)}/move`;
    const begun = wanted.startsWith("book:");
    return (begun ? form : appointment) + encodeURIComponent(begun ? wanted.slice(5) : wanted);
  };

  const begin = async () => {
    const { content: first, appointment, form, origin } = content.dataset;
    try {
      await within(teams.app.initialize(origin ? [origin] : undefined), SLOWEST);
    } catch {
      return note(outside);
    }
    const { app, chat, meeting: held, page, user } = await teams.app.getContext();
    if ("beside" in content.dataset) meeting = chat?.id || held?.id || "none";
    person = user?.loginHint || user?.userPrincipalName || "";
    wear(app.theme);
    if (app.locale) locale = app.locale;
    teams.app.registerOnThemeChangeHandler(wear);
    teams.app.notifyAppLoaded();
    const wanted = page?.subPageId;
    last = wanted ? leading(wanted, appointment, form) : first;
    await load(last);
    if (token) teams.app.notifySuccess();
  };

  begin();
})();

// Beside the button that books a call stands the number that is called, as it is typed,
// filled in or not wanted any more.
(() => {
  const show = () => {
    const line = document.getElementById("called");
    if (!line) return;
    const how = document.querySelector("#what-how [name=modality]:checked");
    const number = document.getElementById("f-phone").value.trim();
    const said = line.querySelector("[data-called]");
    line.hidden = how?.value !== "phone";
    said.textContent = number ? said.dataset.called.replace("{phone}", number) : said.dataset.missing;
  };

  for (const each of ["input", "change", "htmx:after:swap"]) document.addEventListener(each, show);
})();
