/* Dragging in the small Outlook. Everything it does can also be done by the forms. */
"use strict";

(() => {
  const STEP = 15;
  const THRESHOLD = 5;
  let grid = document.getElementById("grid");
  let drag = null;

  const post = (act, body) =>
    fetch(`/_tenant/outlook/${act}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body),
    });

  /* Draw the grid again from the server; the panel with a half filled form stays. */
  const redraw = async () => {
    const text = await (await fetch(location.href)).text();
    const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("grid");
    if (!fresh || drag) return;
    grid.replaceWith(fresh);
    grid = fresh;
  };

  const firstHour = () => Number(grid.dataset.first);
  const shownMinutes = () => (Number(grid.dataset.last) - firstHour()) * 60;
  const pixels = (column) => column.getBoundingClientRect().height / shownMinutes();

  const minuteAt = (column, y) => {
    const raw = (y - column.getBoundingClientRect().top) / pixels(column);
    return firstHour() * 60 + Math.round(raw / STEP) * STEP;
  };
  const columnAt = (x) =>
    [...grid.querySelectorAll(".column")].find((column) => {
      const box = column.getBoundingClientRect();
      return x >= box.left && x < box.right;
    });

  const two = (number) => String(number).padStart(2, "0");
  const wall = (day, minute) => {
    const moment = new Date(`${day}T00:00:00Z`);
    moment.setUTCMinutes(minute);
    return moment.toISOString().slice(0, 16);
  };
  const length = (event) =>
    (Date.parse(`${event.dataset.end}Z`) - Date.parse(`${event.dataset.start}Z`)) / 60000;

  const note = document.createElement("div");
  note.className = "drop-note";
  note.hidden = true;
  document.body.append(note);
  const tell = (event, text) => {
    note.hidden = false;
    note.textContent = text;
    note.style.left = `${event.clientX + 14}px`;
    note.style.top = `${event.clientY + 14}px`;
  };

  document.addEventListener("pointerdown", (event) => {
    const block = event.target.closest(".column .event");
    if (!block || event.button !== 0 || block.hasAttribute("data-hidden")) return;
    const column = block.parentElement;
    drag = {
      block, column, pulling: event.target.classList.contains("edge"),
      x: event.clientX, y: event.clientY, moved: false,
      grip: event.clientY - block.getBoundingClientRect().top,
    };
  });

  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.moved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < THRESHOLD) return;
    if (!drag.moved) drag.block.setPointerCapture(event.pointerId);
    drag.moved = true;
    drag.block.classList.add("dragging");
    const column = drag.pulling ? drag.column : columnAt(event.clientX) || drag.target || drag.column;
    const start = drag.block.dataset.start;
    drag.target = column;
    if (drag.pulling) {
      drag.end = minuteAt(column, event.clientY);
      const top = drag.block.getBoundingClientRect().top;
      drag.block.style.height = `${Math.max(10, event.clientY - top)}px`;
      tell(event, `${start.slice(11)}–${wall(column.dataset.day, drag.end).slice(11)}`);
      return;
    }
    drag.start = minuteAt(column, event.clientY - drag.grip);
    if (drag.block.parentElement !== column) column.append(drag.block);
    drag.block.style.top = `${(drag.start - firstHour() * 60) * pixels(column)}px`;
    drag.block.style.left = "0";
    drag.block.style.width = "100%";
    const other = column.dataset.user !== drag.block.dataset.user;
    const begin = wall(column.dataset.day, drag.start).slice(11);
    const end = wall(column.dataset.day, drag.start + length(drag.block)).slice(11);
    tell(event, `${begin}–${end}${other ? (event.ctrlKey ? " · copy" : " · move (Ctrl copies)") : ""}`);
  });

  const drop = async (event) => {
    const { block, pulling, target, start, end } = drag;
    const { id, user } = block.dataset;
    const day = target.dataset.day;
    const owner = target.dataset.user;
    if (pulling) return post("move", { user, id, end: wall(day, end) });
    const begin = wall(day, start);
    if (owner === user) return post("move", { user, id, start: begin });
    const manner = document.getElementById("drag-manner")?.value;
    return post(event.ctrlKey ? "copy" : "hand", { user, id, to: owner, start: begin, manner });
  };

  document.addEventListener("pointerup", async (event) => {
    if (!drag) return;
    const { moved, block } = drag;
    note.hidden = true;
    if (moved) {
      block.addEventListener("click", (click) => click.preventDefault(), { once: true });
      const answer = await drop(event);
      drag = null;
      await redraw();
      if (!answer.ok) alert((await answer.json()).error);
    }
    drag = null;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drag) return;
    drag = null;
    note.hidden = true;
    redraw();
  });

  document.addEventListener("dblclick", (event) => {
    if (!event.target.classList.contains("column")) return;
    const column = event.target;
    const minute = Math.floor(minuteAt(column, event.clientY) / 30) * 30;
    const where = new URL(grid.dataset.new, location.href);
    where.searchParams.set("user", column.dataset.user);
    where.searchParams.set("new", wall(column.dataset.day, minute));
    location.assign(where);
  });

  setInterval(async () => {
    const response = await fetch(`/_tenant/outlook/version?${grid.dataset.watched}`).catch(() => null);
    if (!response || !response.ok || drag) return;
    if ((await response.json()).version !== grid.dataset.version) redraw();
  }, 1000);
})();
