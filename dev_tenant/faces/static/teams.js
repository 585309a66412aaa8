/* The small Teams: one person's chat with the bot, her tab and her activity. */
"use strict";

(() => {
  const setup = JSON.parse(document.getElementById("setup").textContent);
  const at = (id) => document.getElementById(id);
  const drawn = new Map();
  const refreshed = new Set();
  let rev = "";
  let seenFeed = 0;
  let view = setup.view;

  /* A channel has doors of its own for what is said and pressed there. */
  const isChannel = () => setup.chat.startsWith("19:");
  const SHARED = ["say", "act", "refresh"];

  const post = async (act, body) => {
    const path = isChannel() && SHARED.includes(act) ? `channel/${act}` : act;
    const place = isChannel() ? { channel: setup.chat } : { chat: setup.chat };
    const response = await fetch(`/_tenant/teams/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user: setup.user.id, ...place, ...body }),
    });
    return { ok: response.ok, ...(await response.json()) };
  };

  const make = (tag, className = "", text = "") => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };

  const time = (iso) =>
    new Date(iso).toLocaleString("fi-FI", {
      timeZone: "Europe/Helsinki", weekday: "short", hour: "2-digit", minute: "2-digit",
    });

  /* Links of Teams itself stay inside; everything else opens beside. */
  const link = (address) => {
    let url;
    try {
      url = new URL(address, location.href);
    } catch {
      return false;
    }
    const ours = url.hostname === "teams.microsoft.com" || url.origin === location.origin;
    if (ours && /^\/l\/entity\/[^/]+\/conversations$/.test(url.pathname)) {
      show("chat");
    } else if (ours && url.pathname.startsWith("/l/entity/")) {
      let context = {};
      try {
        context = JSON.parse(url.searchParams.get("context") || "{}");
      } catch { /* a link with a broken context still opens the tab */ }
      show("tab", context.subEntityId || "");
    } else if (ours && url.pathname.startsWith("/l/chat/")) {
      show("chat");
    } else if (url.origin === location.origin && url.pathname.startsWith("/l/meetup-join/")) {
      url.searchParams.set("user", setup.user.mail);
      window.open(url.href, "_blank", "noopener");
    } else if (/^https?:|^mailto:|^tel:/.test(url.href)) {
      window.open(url.href, "_blank", "noopener");
    } else {
      return false;
    }
    return true;
  };

  const host = new Host(at("frame"), setup, {
    link,
    started: () => (at("tab-note").hidden = true),
    silent: () => note("The tab does not answer. Is the application running?"),
    failed: (reason, message) => note(`The tab could not start: ${message || reason}`),
  });

  const note = (text) => {
    at("tab-note").textContent = text;
    at("tab-note").hidden = false;
  };

  const show = (name, sub) => {
    view = name;
    for (const section of document.querySelectorAll(".view")) section.hidden = section.id !== `view-${name}`;
    for (const button of document.querySelectorAll("[data-view]:not([data-chat])")) {
      button.setAttribute("aria-pressed", String(button.dataset.view === name));
    }
    document.body.classList.toggle("wide", name !== "chat");
    if (name === "tab" && (sub !== undefined || !host.isOpen)) host.open(sub || "");
    if (name === "chat") {
      if (!isChannel()) post("read", {});
      toEnd();
    }
    if (name === "activity") {
      at("feed-badge").hidden = true;
      seenFeed = at("feed").children.length;
    }
    const where = new URL(location.href);
    where.searchParams.set("view", name);
    history.replaceState(null, "", where);
  };

  const toEnd = () => {
    const messages = at("messages");
    messages.scrollTop = messages.scrollHeight;
  };

  /* One press: wait for the bot, then say beside the card what came of it. */
  const act = async (message, action, line) => {
    if (action.type === "Action.OpenUrl") return link(action.url);
    if (action.type !== "Action.Execute" && action.type !== "Action.Submit") return undefined;
    line.className = "outcome";
    line.textContent = "…";
    const told = await post("act", { message: message.id, action });
    const answer = told.answer || { shown: "error", text: told.error };
    line.textContent = "";
    if (answer.shown === "error") line.className = "outcome bad";
    if (answer.shown === "error" || answer.shown === "message") line.textContent = answer.text;
    if (answer.shown === "sign-in") line.textContent = "The app asks you to sign in.";
    if (answer.shown === "dialog") {
      openDialog(answer.dialog, (data) => post("dialog", { name: "task/submit", data, message: message.id }));
    }
    await poll();
    return undefined;
  };

  /* `send` sends what a button of the dialog holds, and gives what came of it. */
  const openDialog = (dialog, send) => {
    at("dialog-title").textContent = dialog.title || setup.package;
    const body = at("dialog-body");
    body.replaceChildren();
    const content = dialog.card && (dialog.card.content || dialog.card);
    if (content) {
      const line = make("p", "outcome");
      line.setAttribute("role", "status");
      const card = Cards.draw(content, setup.theme, async (action) => {
        if (action.type === "Action.OpenUrl") return link(action.url);
        if (action.type !== "Action.Submit") return undefined;
        line.textContent = "…";
        return went(await send(action.data), send, line);
      });
      body.append(card, line);
    } else if (dialog.url) {
      const frame = make("iframe");
      frame.src = dialog.url;
      frame.title = dialog.title || setup.package;
      body.append(frame);
    }
    if (!at("dialog").open) at("dialog").showModal();
    body.scrollTop = 0;
    at("dialog").scrollTop = 0;
  };

  const went = (told, send, line) => {
    const answer = told.answer || { shown: "error", text: told.error };
    if (told.given) {
      told.given.attachments.forEach((each) => compose.add(each));
      return told.given.text ? sayInDialog(told.given.text) : at("dialog").close();
    }
    if (answer.shown === "dialog") return openDialog(answer.dialog, send);
    if (answer.shown === "message") return sayInDialog(answer.text);
    if (answer.shown !== "error") return at("dialog").close();
    line.className = "outcome bad";
    line.textContent = answer.text;
    return undefined;
  };

  const sayInDialog = (text) => {
    at("dialog-title").textContent = setup.package;
    at("dialog-body").replaceChildren(make("p", "text", text));
    if (!at("dialog").open) at("dialog").showModal();
  };

  const showCopies = (message) => {
    at("dialog-title").textContent = "Earlier copies of this message";
    const body = at("dialog-body");
    body.replaceChildren();
    message.versions.forEach((activity, number) => {
      body.append(make("p", "hint", `Copy ${number + 1}, as a phone may still show it`));
      body.append(...contentOf(message, activity));
    });
    at("dialog").showModal();
  };

  const contentOf = (message, activity) => {
    const parts = [];
    if (activity.text) {
      const text = make("div", "text");
      if (activity.textFormat === "plain") text.textContent = activity.text;
      else text.innerHTML = Markdown.block(activity.text);
      text.addEventListener("click", (event) => {
        const anchor = event.target.closest("a");
        if (anchor && link(anchor.href)) event.preventDefault();
      });
      parts.push(text);
    } else if (activity.value !== undefined && message.by === "user") {
      parts.push(make("div", "text hint", "(sent from a card)"));
    }
    for (const attachment of activity.attachments || []) {
      if (!attachment || !attachment.content) continue;
      const line = make("p", "outcome");
      line.setAttribute("role", "status");
      parts.push(Cards.draw(attachment.content, setup.theme, (action) => act(message, action, line)), line);
    }
    return parts;
  };

  const drawMessage = (message) => {
    const row = make("article", `message ${message.by}${message.thread ? " reply" : ""}`);
    row.dataset.id = message.id;
    const bare = !message.deleted && !message.activity.text && (message.activity.attachments || []).length;
    const bubble = make("div", bare ? "bubble bare" : "bubble");
    const head = make("header");
    head.append(make("b", "", nameOf(message)), make("time", "", time(message.at)));
    if (message.own) head.append(make("span", "hint", "Only you see it like this"));
    if (message.edited) head.append(make("span", "hint", "Edited"));
    bubble.append(head);
    if (message.deleted) bubble.append(make("p", "hint", "This message has been deleted."));
    else bubble.append(...contentOf(message, message.activity));
    if (message.state === "failed") bubble.append(retry(message));
    if (message.versions.length && !message.deleted) bubble.append(copies(message));
    for (const text of message.notes) bubble.append(make("p", "note", text));
    if (message.by !== "user") {
      const initials = message.by === "bot" ? setup.initials : nameOf(message).slice(0, 1);
      const face = make("span", `avatar ${message.by} small`, initials);
      face.setAttribute("aria-hidden", "true");
      row.append(face);
    }
    row.append(bubble);
    return row;
  };

  const nameOf = (message) => message.name || (message.by === "bot" ? setup.package : setup.user.name);

  const retry = (message) => {
    const line = make("p", "outcome bad", "Not delivered. ");
    const button = make("button", "linkish", "Try again");
    button.addEventListener("click", () => post("again", { message: message.id }).then(poll));
    line.append(button);
    return line;
  };

  const copies = (message) => {
    const button = make("button", "linkish copies", `Earlier copies (${message.versions.length})`);
    button.addEventListener("click", () => showCopies(message));
    return button;
  };

  const isNew = (message) => {
    const seen = message.own === undefined ? "" : message.activity;
    const key = JSON.stringify([message.edited, message.deleted, message.state, message.versions.length, setup.theme, seen]);
    const known = drawn.get(message.id);
    if (known && known.key === key) return false;
    const row = drawMessage(message);
    if (known) known.row.replaceWith(row);
    else place(message, row);
    drawn.set(message.id, { key, row });
    return true;
  };

  /* An answer stands under the thread it belongs to. */
  const place = (message, row) => {
    const rows = [...at("messages").children];
    const thread = message.thread && rows.filter((each) => [each.dataset.id, each.dataset.thread].includes(message.thread));
    row.dataset.thread = message.thread || "";
    if (thread && thread.length) thread.at(-1).after(row);
    else at("messages").append(row);
  };

  const refresh = (message, mri) => {
    for (const attachment of message.activity.attachments || []) {
      const wanted = attachment && attachment.content && attachment.content.refresh;
      const copy = isChannel() ? `${message.id}@${message.edited}` : message.id;
      if (wanted && !message.own && (wanted.userIds || []).includes(mri) && !refreshed.has(copy)) {
        refreshed.add(copy);
        post("refresh", { message: message.id }).then(poll);
      }
    }
  };

  const drawFeed = (feed) => {
    at("feed").replaceChildren(
      ...feed.map((told) => {
        const item = make("li");
        const button = make("button", "activity");
        button.append(make("b", "", told.title || setup.package), make("span", "", told.text), make("time", "hint", time(told.at)));
        button.addEventListener("click", () => link(told.url) || show("tab", ""));
        item.append(button);
        return item;
      }),
    );
    const fresh = feed.length - seenFeed;
    at("feed-badge").textContent = fresh;
    at("feed-badge").hidden = fresh <= 0 || view === "activity";
  };

  const update = (chat) => {
    rev = chat.rev;
    const fresh = chat.messages.filter(isNew).length;
    at("messages").classList.toggle("typing", chat.typing);
    at("get-app").hidden = chat.installed;
    at("get-app-why").textContent = at("get-app-why").dataset.hers;
    at("compose").hidden = !chat.installed;
    at("uninstall").hidden = !chat.installed;
    at("block").hidden = !chat.installed;
    at("block").textContent = chat.blocked ? "Unblock" : "Block";
    at("block").setAttribute("aria-pressed", String(chat.blocked));
    const last = chat.messages.filter((m) => !m.deleted).at(-1);
    at("last").textContent = last ? last.activity.text || last.activity.summary || "Sent a card" : "";
    if (view === "chat" && chat.unread) post("read", {});
    at("chat-badge").textContent = chat.unread;
    at("chat-badge").hidden = !chat.unread || view === "chat";
    drawFeed(chat.feed);
    if (view === "chat") for (const message of chat.messages) if (!message.deleted) refresh(message, chat.mri);
    if (fresh) toEnd();
  };

  const updateChannel = (chat) => {
    rev = chat.rev;
    const fresh = chat.messages.filter((each) => !drawn.has(each.id)).length;
    chat.messages.forEach(isNew);
    at("get-app").hidden = chat.installed;
    at("get-app-why").textContent = at("get-app-why").dataset.team;
    at("compose").hidden = false;
    at("uninstall").hidden = !chat.installed;
    if (view === "chat") for (const message of chat.messages) if (!message.deleted) refresh(message, chat.mri);
    if (fresh) toEnd();
  };

  const updateGroup = (chat) => {
    rev = chat.rev;
    const fresh = chat.messages.filter(isNew).length;
    at("get-app").hidden = true;
    at("compose").hidden = false;
    if (fresh) toEnd();
  };

  const poll = async () => {
    const open = setup.chat;
    const [door, draw] = isChannel() ? ["channel", updateChannel] : open === "group" ? ["group", updateGroup] : ["chat", update];
    const query = new URLSearchParams({ user: setup.user.id, since: rev });
    if (isChannel()) query.set("channel", open);
    const response = await fetch(`/_tenant/teams/${door}?${query}`).catch(() => null);
    if (!response || !response.ok || open !== setup.chat) return;
    document.querySelector("[data-clock]").textContent = response.headers.get("Tenant-Clock");
    if (response.status === 200) draw(await response.json());
  };

  /* One chat is open at a time: the bot's own, or that of everybody, where the bot is not. */
  const openChat = (chat) => {
    if (chat !== setup.chat) {
      setup.chat = chat;
      rev = "";
      drawn.clear();
      at("messages").replaceChildren();
      poll();
    }
    const group = chat === "group";
    const named = document.querySelector(`[data-chat="${CSS.escape(chat)}"]`);
    const channel = named && named.dataset.name;
    at("chat-title").textContent = channel || (group ? setup.everybody : setup.package);
    at("commands").hidden = group || isChannel();
    at("channel-commands").hidden = !isChannel();
    at("beside").hidden = isChannel() || setup.beside.length === 0;
    at("text").placeholder = isChannel() ? `@${setup.package} …` : "Type a message";
    for (const button of document.querySelectorAll("[data-chat]")) {
      button.setAttribute("aria-pressed", String(button.dataset.chat === chat));
    }
    const where = new URL(location.href);
    where.searchParams.set("chat", chat);
    history.replaceState(null, "", where);
  };

  const say = async (text) => {
    const attachments = compose.take();
    const plain = isChannel() || (setup.chat !== "group" && !attachments.length);
    const sending = plain ? post("say", { text }) : post("send", { text, attachments });
    setTimeout(poll, 60);
    await sending;
    await poll();
  };

  at("compose").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = at("text").value.trim();
    at("text").value = "";
    if (text || compose.draft.length) say(text);
  });
  at("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      at("compose").requestSubmit();
    }
  });
  for (const list of ["commands", "channel-commands"]) {
    at(list).addEventListener("click", (event) => {
      const word = event.target.dataset.command;
      if (word) say(word);
    });
  }
  const app = (there) => (isChannel() ? post("channel/app", { there }) : post(there ? "install" : "uninstall", {}));
  at("install").addEventListener("click", () => app(true).then(poll));
  at("uninstall").addEventListener("click", () => app(false).then(poll));
  at("block").addEventListener("click", ({ target }) => {
    const blocked = target.getAttribute("aria-pressed") !== "true";
    post("block", { blocked }).then(poll);
  });
  at("reload").addEventListener("click", () => host.open(host.sub));
  at("dialog-close").addEventListener("click", () => at("dialog").close());
  for (const button of document.querySelectorAll("[data-view]")) {
    button.addEventListener("click", () => {
      show(button.dataset.view);
      if (button.dataset.chat) openChat(button.dataset.chat);
    });
  }
  at("who").addEventListener("change", (event) => {
    const where = new URL("/teams/", location.href);
    where.search = new URLSearchParams({ user: event.target.value, view, theme: setup.theme });
    location.assign(where);
  });
  at("theme").addEventListener("change", (event) => {
    setup.theme = event.target.value;
    document.documentElement.dataset.theme = setup.theme;
    host.setTheme(setup.theme);
    const where = new URL(location.href);
    where.searchParams.set("theme", setup.theme);
    history.replaceState(null, "", where);
    rev = "";
    poll();
  });
  at("locale").addEventListener("change", (event) => {
    const where = new URL(location.href);
    where.searchParams.set("locale", event.target.value);
    location.assign(where);
  });

  const compose = new Compose(setup, { post, dialog: openDialog, said: sayInDialog });
  window.teamsHost = host;
  openChat(setup.chat);
  show(view, view === "tab" ? setup.sub : undefined);
  poll();
  setInterval(poll, 1000);
})();
