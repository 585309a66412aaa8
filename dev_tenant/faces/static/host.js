/* A Teams host for the tab, the side panel of a meeting and what is asked before that is
   added: answers what teams-js asks by postMessage.

   A request is {id, uuidAsString, func, args}; its answer is {id, uuidAsString, args}.
   What the host has to say by itself is {func, args}. */
"use strict";

class Host {
  constructor(holder, setup, doors) {
    this.holder = holder;
    this.setup = setup;
    this.doors = doors;
    this.frame = null;
    this.handlers = new Set();
    addEventListener("message", (event) => this.hear(event));
  }

  open(sub = "") {
    this.close();
    this.sub = sub;
    const { user, theme, locale, tab } = this.setup;
    const words = {
      "{app.theme}": theme, "{app.locale}": locale, "{page.subPageId}": sub,
      "{user.id}": user.id, "{user.tenant.id}": this.setup.tenant, "{user.loginHint}": user.mail,
      "{app.host.name}": "Teams", "{app.host.clientType}": "web",
    };
    let address = tab.url;
    for (const [name, value] of Object.entries(words)) address = address.replaceAll(name, encodeURIComponent(value));
    this.origin = new URL(address).origin;
    this.frame = document.createElement("iframe");
    this.frame.title = tab.name;
    this.frame.src = address;
    this.frame.allow = "clipboard-write";
    this.holder.append(this.frame);
    this.started = false;
    this.late = setTimeout(() => this.doors.silent(), 8000);
  }

  close() {
    clearTimeout(this.late);
    this.handlers.clear();
    if (this.frame) this.frame.remove();
    this.frame = null;
  }

  get isOpen() {
    return this.frame !== null;
  }

  setTheme(theme) {
    this.setup.theme = theme;
    if (this.frame && this.handlers.has("themeChange")) this.say("themeChange", [theme]);
  }

  say(func, args) {
    this.frame.contentWindow.postMessage({ func, args }, this.origin);
  }

  async hear(event) {
    if (!this.frame || event.source !== this.frame.contentWindow || event.origin !== this.origin) return;
    const { id, uuidAsString, func, args = [] } = event.data || {};
    if (typeof func !== "string") return;
    const frame = this.frame;
    const answer = await this.answer(func, args);
    if (answer !== undefined && this.frame === frame) {
      frame.contentWindow.postMessage({ id, uuidAsString, args: answer }, this.origin);
    }
  }

  async answer(func, args) {
    switch (func) {
      case "initialize":
        this.began();
        return [this.setup.frame || "content", "web", JSON.stringify(this.runtime()), "2.58.0"];
      case "getContext":
        return [this.context()];
      case "authentication.getAuthToken":
        return await this.token();
      case "settings.setValidityState":
        this.doors.ready?.(args[0]);
        return undefined;
      case "settings.setSettings":
        this.configured = args[0];
        return [true];
      case "settings.save.success":
        this.doors.saved?.(this.configured);
        return undefined;
      case "registerHandler":
        this.handlers.add(args[0]);
        return undefined;
      case "executeDeepLink":
      case "openLink":
        return [this.doors.link(args[0]), "The link could not be opened."];
      case "pages.navigateToApp":
      case "pages.currentApp.navigateTo":
        return this.navigate(func, args[0] || {});
      case "pages.currentApp.navigateToDefaultPage":
        setTimeout(() => this.open(""));
        return [null];
      case "appInitialization.appLoaded":
      case "appInitialization.success":
        this.began();
        return undefined;
      case "appInitialization.failure":
        this.doors.failed(args[0], args[1]);
        return undefined;
      default:
        return undefined;
    }
  }

  began() {
    this.started = true;
    clearTimeout(this.late);
    this.doors.started();
  }

  navigate(func, where) {
    setTimeout(() => this.open(where.subPageId || where.subEntityId || ""));
    return func === "pages.navigateToApp" ? [true] : [null];
  }

  async token() {
    const response = await fetch("/teams/token", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user: this.setup.user.id }),
    });
    const told = await response.json();
    return response.ok ? [true, told.token] : [false, told.error];
  }

  runtime() {
    return {
      apiVersion: 4,
      isLegacyTeams: false,
      hostVersionsInfo: { adaptiveCardSchemaVersion: { majorVersion: 1, minorVersion: 5 } },
      supports: { pages: { currentApp: {}, backStack: {}, config: {} }, appInstallDialog: {}, chat: {}, dialog: { url: {}, card: {} } },
    };
  }

  context() {
    const { user, theme, locale, tab, tenant, app, frame = "content", meeting } = this.setup;
    return {
      ...(meeting && { chatId: meeting.chat, meetingId: meeting.id }),
      locale, theme, tid: tenant, appId: app,
      userObjectId: user.id, userPrincipalName: user.mail, loginHint: user.mail, userDisplayName: user.name,
      entityId: tab.id, subEntityId: this.sub || undefined, frameContext: frame,
      hostClientType: "web", hostName: "Teams", sessionId: "session", appSessionId: "session",
      userLicenseType: "Teams", tenantSKU: "unknown", isFullScreen: false, isMultiWindow: false,
    };
  }
}
