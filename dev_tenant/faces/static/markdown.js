/* The little Markdown that Teams shows in messages and cards: escape first, then bold,
   italics, links and lists. Nothing in a text can become any other element. */
"use strict";

const Markdown = (() => {
  const escape = (text) =>
    text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

  const inline = (text) =>
    escape(text)
      .replace(/\[([^\]]+)\]\((https?:[^\s)]+)\)/g, '<a href="$2">$1</a>')
      .replace(/(^|[\s(])(https?:\/\/[^\s<)]+)/g, '$1<a href="$2">$2</a>')
      .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
      .replace(/(^|[^\w*])[*_]([^*_]+)[*_](?![\w*])/g, "$1<em>$2</em>");

  const block = (text) => {
    const lines = text.split(/\r?\n/);
    let html = "";
    let list = "";
    for (const line of lines) {
      const item = /^\s*(?:[-*]|(\d+)\.)\s+(.*)$/.exec(line);
      const kind = item ? (item[1] ? "ol" : "ul") : "";
      if (kind !== list) {
        html += (list ? `</${list}>` : "") + (kind ? `<${kind}>` : "");
        list = kind;
      }
      html += item ? `<li>${inline(item[2])}</li>` : line.trim() ? `<p>${inline(line)}</p>` : "";
    }
    return html + (list ? `</${list}>` : "");
  };

  return { block, inline, escape };
})();
