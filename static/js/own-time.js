// The reader's own clock beside those of Geneva, New York and Seoul. Without it the three stand alone.
"use strict";

const LANGUAGES = { en: "en-GB" }; // the day before the month, as the other clocks have it
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const written = new Intl.DateTimeFormat(LANGUAGES[document.documentElement.lang] ?? document.documentElement.lang, {
  weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short",
});

for (const place of document.querySelectorAll("[data-own-time]")) {
  const known = [...place.parentElement.querySelectorAll("[data-zone]")].some((row) => row.dataset.zone === own);
  const time = place.querySelector("time");
  if (own && !known && time) {
    time.textContent = written.format(new Date(time.dateTime));
    place.hidden = false;
  }
}
