// Small comforts; every page works without them.
"use strict";

function countDown(place) {
  let left = Number(place.dataset.countdown);
  const clock = setInterval(() => {
    left -= 1;
    place.textContent = String(Math.max(left, 0));
    if (left <= 0) clearInterval(clock);
  }, 1000);
}

function enliven(root) {
  root.querySelectorAll("[data-countdown]").forEach(countDown);
  const summary = root.querySelector("#error-summary");
  if (summary) summary.focus();
}

document.addEventListener("DOMContentLoaded", () => enliven(document));
document.addEventListener("htmx:after:swap", () => enliven(document));
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
