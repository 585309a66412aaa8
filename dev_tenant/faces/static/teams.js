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

  const post = async (act, body) => {
    const response = await fetch(`/_tenant/teams/${act}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user: setup.user.id, ...body }),
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
    for (const button of document.querySelectorAll("[data-view]")) {
      button.setAttribute("aria-pressed", String(button.dataset.view === name));
    }
    document.body.classList.toggle("wide", name !== "chat");
    if (name === "tab" && (sub !== undefined || !host.isOpen)) host.open(sub || "");
    if (name === "chat") {
      post("read", {});
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
    if (answer.shown === "dialog") openDialog(answer.dialog, message);
    await poll();
    return undefined;
  };

  const openDialog = (dialog, message) => {
    at("dialog-title").textContent = dialog.title || setup.package;
    const body = at("dialog-body");
    body.replaceChildren();
    const content = dialog.card && (dialog.card.content || dialog.card);
    if (content) {
      const line = make("p", "outcome");
      const card = Cards.draw(content, setup.theme, async (action) => {
        if (action.type === "Action.OpenUrl") return link(action.url);
        const told = await post("dialog", { name: "task/submit", data: action.data, message: message.id });
        if (told.answer.shown === "dialog") return openDialog(told.answer.dialog, message);
        if (told.answer.shown === "error" || told.answer.text) {
          line.textContent = told.answer.text;
          return undefined;
        }
        return at("dialog").close();
      });
      body.append(card, line);
    } else if (dialog.url) {
      const frame = make("iframe");
      frame.src = dialog.url;
      frame.title = dialog.title || setup.package;
      body.append(frame);
    }
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
    const row = make("article", `message ${message.by}`);
    row.dataset.id = message.id;
    const bare = !message.deleted && !message.activity.text && (message.activity.attachments || []).length;
    const bubble = make("div", bare ? "bubble bare" : "bubble");
    const head = make("header");
    head.append(make("b", "", message.by === "bot" ? setup.package : setup.user.name), make("time", "", time(message.at)));
    if (message.edited) head.append(make("span", "hint", "Edited"));
    bubble.append(head);
    if (message.deleted) bubble.append(make("p", "hint", "This message has been deleted."));
    else bubble.append(...contentOf(message, message.activity));
    if (message.state === "failed") bubble.append(retry(message));
    if (message.versions.length && !message.deleted) bubble.append(copies(message));
    for (const text of message.notes) bubble.append(make("p", "note", text));
    if (message.by === "bot") {
      const face = make("span", "avatar bot small", setup.initials);
      face.setAttribute("aria-hidden", "true");
      row.append(face);
    }
    row.append(bubble);
    return row;
  };

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
    const key = JSON.stringify([message.edited, message.deleted, message.state, message.versions.length, setup.theme]);
    const known = drawn.get(message.id);
    if (known && known.key === key) return false;
    const row = drawMessage(message);
    if (known) known.row.replaceWith(row);
    else at("messages").append(row);
    drawn.set(message.id, { key, row });
    return true;
  };

  const refresh = (message, mri) => {
    for (const attachment of message.activity.attachments || []) {
      const wanted = attachment && attachment.content && attachment.content.refresh;
      if (wanted && (wanted.userIds || []).includes(mri) && !refreshed.has(message.id)) {
        refreshed.add(message.id);
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
    at("compose").hidden = !chat.installed;
    at("uninstall").hidden = !chat.installed;
    const last = chat.messages.filter((m) => !m.deleted).at(-1);
    at("last").textContent = last ? last.activity.text || last.activity.summary || "Sent a card" : "";
    if (view === "chat" && chat.unread) post("read", {});
    at("chat-badge").textContent = chat.unread;
    at("chat-badge").hidden = !chat.unread || view === "chat";
    drawFeed(chat.feed);
    if (view === "chat") for (const message of chat.messages) if (!message.deleted) refresh(message, chat.mri);
    if (fresh) toEnd();
  };

  const poll = async () => {
    const query = new URLSearchParams({ user: setup.user.id, since: rev });
    const response = await fetch(`/_tenant/teams/chat?${query}`).catch(() => null);
    if (!response || !response.ok) return;
    document.querySelector("[data-clock]").textContent = response.headers.get("Tenant-Clock");
    if (response.status === 200) update(await response.json());
  };

  const say = async (text) => {
    const sending = post("say", { text });
    setTimeout(poll, 60);
    await sending;
    await poll();
  };

  at("compose").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = at("text").value.trim();
    at("text").value = "";
    if (text) say(text);
  });
  at("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      at("compose").requestSubmit();
    }
  });
  at("commands").addEventListener("click", (event) => {
    const word = event.target.dataset.command;
    if (word) say(word);
  });
  at("install").addEventListener("click", () => post("install", {}).then(poll));
  at("uninstall").addEventListener("click", () => post("uninstall", {}).then(poll));
  at("reload").addEventListener("click", () => host.open(host.sub));
  at("dialog-close").addEventListener("click", () => at("dialog").close());
  for (const button of document.querySelectorAll("[data-view]")) {
    button.addEventListener("click", () => show(button.dataset.view));
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

  window.teamsHost = host;
  show(view, view === "tab" ? setup.sub : undefined);
  poll();
  setInterval(poll, 1000);
})();
