// A list that could not be renewed keeps its rows and says so; htmx alone would stay silent.
const mark = (failed) => document.getElementById("results")?.classList.toggle("htmx-failed", failed);
document.addEventListener("htmx:beforeRequest", () => mark(false));
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => mark(true));
}
