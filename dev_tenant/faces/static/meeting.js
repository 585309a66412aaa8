/* The side panel of a Teams meeting: the app's own page, and before that the page by which
   the app is added to the meeting. */
"use strict";

(() => {
  const setup = JSON.parse(document.getElementById("setup").textContent);
  const at = (id) => document.getElementById(id);

  const tell = (text) => {
    at("tab-note").textContent = text;
    at("tab-note").hidden = !text;
  };

  const host = new Host(at("frame"), setup, {
    link: (address) => Boolean(window.open(address, "_blank", "noopener")) || true,
    started: () => tell(""),
    silent: () => tell("The app does not answer. Is it running?"),
    failed: (reason, message) => tell(`The app could not start: ${message || reason}`),
    ready: (valid) => (at("save").disabled = !valid),
    saved: async ({ contentUrl }) => {
      await fetch(`/_tenant/meetings/${encodeURIComponent(setup.meeting.key)}/panel`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ url: contentUrl }),
      });
      location.reload();
    },
  });

  at("save").addEventListener("click", () => host.say("settings.save", [{}]));
  at("theme").addEventListener("change", ({ target }) => {
    document.documentElement.dataset.theme = target.value;
    host.setTheme(target.value);
  });
  host.open();
})();
