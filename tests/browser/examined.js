// What the tests of every page ask a page; examined.py says what the answers mean.
window.examined = (() => {
  const told = (elements) => elements.map((one) => one.outerHTML.slice(0, 140));
  const everything = () => [...document.querySelectorAll("body *")];

  const texts = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) found.push(walker.currentNode);
    return found;
  };

  // Styles and scripts that stand in the page itself.
  const embedded = () => {
    const handlers = everything().filter((one) =>
      one.getAttributeNames().some((name) => name.startsWith("on")),
    );
    const own = "[style], style, script:not([src]):not([type='application/ld+json'])";
    return told([...document.querySelectorAll(own), ...handlers]);
  };

  // What makes the page scroll sideways, everything opened.
  const sideways = () => {
    for (const one of document.querySelectorAll("details")) one.open = true;
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    return told(everything().filter((one) => one.getBoundingClientRect().right > innerWidth + 1));
  };

  // Dates that go over two lines; code and addresses may break anywhere.
  const brokenDates = () => {
    const found = [];
    for (const node of texts()) {
      if (node.parentElement.closest("code, pre, .mono, [lang=en]")) continue;
      for (const date of node.data.matchAll(/\b\d{4}-\d\d(-\d\d)?\b/g)) {
        const range = document.createRange();
        range.setStart(node, date.index);
        range.setEnd(node, date.index + date[0].length);
        const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
        if (lines.size > 1) found.push(node.parentElement);
      }
    }
    return told(found);
  };

  // Texts and labels with Latin letters that are not marked as English, as code or as a name.
  const latin = () => {
    const foreign = "[lang=en], code, pre, kbd, .mono, .spdx, script, style, textarea";
    const labels = ["aria-label", "alt", "title", "placeholder"].flatMap((name) =>
      [...document.querySelectorAll(`[${name}]:not([lang=en])`)].map((one) => one.getAttribute(name)),
    );
    return texts()
      .filter((node) => !node.parentElement.closest(foreign))
      .map((node) => node.data.trim().replace(/\s+/g, " "))
      .concat(labels)
      .filter((text) => /[A-Za-z]{3}/.test(text));
  };

  return { embedded, sideways, brokenDates, latin };
})();
