// What pages gain where scripts run; without them every link and form works as it stands.

// Lists: one that could not be renewed keeps its rows and says so; htmx alone would stay silent.
const failed = (is) => document.getElementById("results")?.classList.toggle("htmx-failed", is);
document.addEventListener("htmx:beforeRequest", () => failed(false));
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => failed(true));
}

// Tray: a tick is sent at once; afterwards every box says what the tray holds.
const tray = document.getElementById("tray");
const boxes = () => [...document.querySelectorAll("input[name=p][form=tray]")];
const agree = () => {
  const held = document.getElementById("trayed").dataset.slugs.split(" ");
  for (const box of boxes()) box.checked = held.includes(box.value);
  if (document.activeElement === document.body) tray.querySelector("[value=compare]").focus();
};
document.addEventListener("change", (event) => {
  if (boxes().includes(event.target)) tray.requestSubmit();
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "trayed") agree();
});
// A page that the browser has kept may show the tray of an hour ago.
addEventListener("pageshow", (event) => {
  if (event.persisted && tray) {
    htmx.ajax("GET", tray.action, { target: "#trayed", swap: "outerHTML" });
  }
});

// Shortcuts: `?` lists them. Single letters, so never while typing, and one can turn them off.
const help = document.getElementById("keys");
const rows = () =>
  [...document.querySelectorAll(".review tr.open, .rank .who a.name, .matrix .corner a")];
const here = () => rows().findIndex((row) => row.contains(document.activeElement));
const step = (by) => {
  const all = rows();
  const at = here();
  all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]?.focus();
};
const row = () => rows()[here()]?.closest("tr");
const box = () => row()?.querySelector("input[form=tray]") ?? (boxes().length === 1 && boxes()[0]);
const deeds = {
  "?": () => {
    help.showModal();
    help.querySelector("button").focus();
  },
  "/": () => [...document.querySelectorAll("input[type=search]")].find((at) => at.checkVisibility())?.focus(),
  j: () => step(1),
  k: () => step(-1),
  c: () => box() && box().click(),
  v: () => tray?.querySelector("[value=compare]").click(),
  a: () => row()?.querySelector("button[value=accept]")?.click(),
  r: () => row()?.querySelector("input[name=reason]")?.focus(),
};
let going = false;
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input:not([type=checkbox], [type=radio]), select, textarea");
  const chord = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
  if (!help || help.open || typing || chord) return;
  const key = event.key.toLowerCase();
  const place = going && help.querySelector(`[data-go="${CSS.escape(key)}"]`);
  going = !going && key === "g";
  const deed = place ? () => place.click() : Object.hasOwn(deeds, key) && deeds[key];
  if (!deed) return;
  event.preventDefault();
  deed();
});
