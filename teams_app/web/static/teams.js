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
  let token = null;
  let locale = root.lang;
  let person = "";
  let last = content.dataset.content;

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

  document.addEventListener("htmx:after:swap", (event) => {
    note(null);
    const tab = content.querySelector(".tab");
    if (tab?.lang) root.lang = tab.lang;
    if (event.detail.ctx.target !== content) return;
    const first =
      content.querySelector("#errors, [role=alert]") || content.querySelector("h1");
    first?.focus({ preventScroll: true });
    document.querySelector(".calendar .now")?.scrollIntoView({ block: "center" });
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

  // Teams opens a meeting, and the chat, better than a new window does.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-join], a[data-teams]");
    if (!link || !token) return;
    event.preventDefault();
    teams.app.openLink(link.href).catch(() => window.open(link.href, "_blank"));
  });

  const begin = async () => {
    const { content: first, appointment, origin } = content.dataset;
    try {
      await within(teams.app.initialize(origin ? [origin] : undefined), SLOWEST);
    } catch {
      return note(outside);
    }
    const { app, page, user } = await teams.app.getContext();
    person = user?.loginHint || user?.userPrincipalName || "";
    wear(app.theme);
    if (app.locale) locale = app.locale;
    teams.app.registerOnThemeChangeHandler(wear);
    teams.app.notifyAppLoaded();
    const wanted = page?.subPageId;
    last = wanted ? appointment + encodeURIComponent(wanted) : first;
    await load(last);
    if (token) teams.app.notifySuccess();
  };

  begin();
})();
