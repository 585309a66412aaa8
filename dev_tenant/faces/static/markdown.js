/* The little Markdown that Teams shows in messages and cards: escape first, then bold,
   italics, links and lists. Nothing in a text can become any other element. A sign after
   a backslash is only a sign: it is put by, in letters nobody types, until all is done. */
"use strict";

const Markdown = (() => {
  const escape = (text) =>
    text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

  const KEPT = 0xe000;
  const putBy = (text) =>
    text.replace(/\\([!-/:-@[-`{-~])/g, (_, sign) => String.fromCharCode(KEPT + sign.charCodeAt(0)));
  const bring = (html) =>
    html.replace(/[\ue021-\ue07e]/g, (c) => escape(String.fromCharCode(c.charCodeAt(0) - KEPT)));

  const marks = (text) =>
    text
      .replace(/\[([^\]]+)\]\((https?:[^\s)]+)\)/g, '<a href="$2">$1</a>')
      .replace(/(^|[\s(])(https?:\/\/[^\s<)]+)/g, '$1<a href="$2">$2</a>')
      .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
      .replace(/(^|[^\w*])[*_]([^*_]+)[*_](?![\w*])/g, "$1<em>$2</em>");

  const inline = (text) => bring(marks(escape(putBy(text))));

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
