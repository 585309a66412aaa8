/* Beside the message that is being written: the app's commands, what it gives, pasted links. */
"use strict";

class Compose {
  /* `doors`: post(act, body), dialog(dialog, send), said(text). */
  constructor(setup, doors) {
    this.setup = setup;
    this.doors = doors;
    this.draft = [];
    this.seen = new Set();
    this.asked = 0;
    this.at = (id) => document.getElementById(id);
    this.at("beside").hidden = setup.beside.length === 0;
    this.at("beside").addEventListener("click", () => this.open(this.at("panel").hidden));
    this.at("panel").addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.open(false);
    });
    this.at("search").addEventListener("input", () => this.later());
    this.at("text").addEventListener("input", () => this.links());
    this.commands();
  }

  make(tag, className = "", text = "") {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  }

  commands() {
    this.at("beside-commands").replaceChildren(
      ...this.setup.beside.map((command) => {
        const button = this.make("button", "", command.title);
        button.type = "button";
        button.title = command.description;
        button.dataset.beside = command.id;
        button.addEventListener("click", () => this.choose(command));
        return button;
      }),
    );
  }

  open(wide) {
    this.at("panel").hidden = !wide;
    this.at("beside").setAttribute("aria-expanded", String(wide));
    const first = this.setup.beside.find((each) => each.kind === "query");
    if (wide && first) this.choose(first);
    if (!wide) this.at("beside").focus();
  }

  async choose(command) {
    if (command.kind === "action") {
      this.open(false);
      const told = await this.doors.post("command", { command: command.id });
      if (told.answer && told.answer.shown === "dialog") {
        this.doors.dialog(told.answer.dialog, (data) => this.doors.post("submit", { command: command.id, data }));
      } else {
        this.doors.said(told.answer ? told.answer.text : told.error);
      }
      return;
    }
    this.command = command;
    for (const button of this.at("beside-commands").children) {
      button.setAttribute("aria-pressed", String(button.dataset.beside === command.id));
    }
    this.at("search").value = "";
    this.at("search").placeholder = command.hint;
    this.at("search-label").textContent = command.hint || command.title;
    this.at("results").replaceChildren();
    this.at("search").focus();
    if (command.at_once) await this.search();
  }

  later() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.search(), 250);
  }

  async search() {
    const asked = ++this.asked;
    const told = await this.doors.post("search", { command: this.command.id, text: this.at("search").value.trim() });
    if (asked !== this.asked) return;
    const items = (told.attachments || []).map((each) => this.result(each));
    const text = told.text || told.error || (items.length ? "" : "Nothing was found.");
    this.at("results").replaceChildren(...(items.length ? items : [this.make("li", "hint", text)]));
  }

  result(attachment) {
    const shown = (attachment.preview || attachment).content || {};
    const button = this.make("button", "result");
    button.type = "button";
    button.append(this.make("b", "", shown.title || "(no preview)"), this.make("span", "", shown.text || ""));
    button.addEventListener("click", () => {
      this.add(attachment);
      this.open(false);
      this.at("text").focus();
    });
    const item = this.make("li");
    item.append(button);
    return item;
  }

  add(attachment) {
    this.draft.push(attachment);
    this.show();
  }

  show() {
    const draft = this.at("draft");
    draft.hidden = this.draft.length === 0;
    draft.replaceChildren(
      ...this.draft.map((attachment) => {
        const holder = this.make("div", "drafted");
        const remove = this.make("button", "quiet", "Remove");
        remove.type = "button";
        remove.addEventListener("click", () => {
          this.draft = this.draft.filter((each) => each !== attachment);
          this.show();
        });
        holder.append(Cards.draw(attachment.content, this.setup.theme, () => {}), remove);
        return holder;
      }),
    );
  }

  /* A link to a host that the app has named is asked about once. */
  async links() {
    for (const word of this.at("text").value.split(/\s+/)) {
      let url;
      try {
        url = new URL(word);
      } catch {
        continue;
      }
      if (!this.setup.watched.includes(url.host) || this.seen.has(url.href)) continue;
      this.seen.add(url.href);
      const told = await this.doors.post("paste", { url: word });
      for (const each of told.attachments || []) this.add(each);
    }
  }

  /* Give what goes with the message, and begin anew. */
  take() {
    const taken = this.draft;
    this.draft = [];
    this.seen.clear();
    this.show();
    return taken;
  }
}
