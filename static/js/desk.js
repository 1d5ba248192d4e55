// What makes the desk quicker. Every page does its work without it.
"use strict";

// Lists of tick boxes: search, a kind, "select all shown", and how many are chosen.
for (const picker of document.querySelectorAll("[data-picker]")) {
  const find = (name) => picker.querySelector(`[data-picker-${name}]`);
  const groups = [...picker.querySelectorAll("[data-picker-group]")];
  const boxes = [...picker.querySelectorAll(".picker-list input[type=checkbox]")];
  const [tools, search, kind, count] = ["tools", "search", "kind", "count"].map(find);
  const row = (box) => box.closest("label");
  const recount = () => { count.textContent = boxes.filter((box) => box.checked).length; };
  const show = () => {
    const words = search.value.trim().toLocaleLowerCase();
    for (const group of groups) {
      const wanted = !kind.value || group.dataset.pickerGroup === kind.value;
      let any = false;
      for (const box of group.querySelectorAll("input[type=checkbox]")) {
        row(box).hidden = !wanted || !row(box).textContent.toLocaleLowerCase().includes(words);
        any ||= !row(box).hidden;
      }
      group.hidden = !any;
    }
  };
  const tick = (checked) => {
    for (const box of boxes) if (!row(box).hidden) box.checked = checked;
    recount();
  };
  tools.hidden = false;
  if (kind.options.length < 2) kind.closest("label").hidden = true;
  search.addEventListener("input", show);
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  kind.addEventListener("change", show);
  find("all").addEventListener("click", () => tick(true));
  find("none").addEventListener("click", () => tick(false));
  picker.addEventListener("change", recount);
  recount();
}

// The time left until letters leave; at zero the page is loaded anew.
for (const place of document.querySelectorAll("[data-countdown]")) {
  const end = Date.parse(place.dataset.countdown);
  const two = (number) => String(number).padStart(2, "0");
  const draw = () => {
    const left = Math.floor((end - Date.now()) / 1000);
    if (left < 0) {
      clearInterval(timer);
      location.reload();
      return;
    }
    place.textContent = `${Math.floor(left / 3600) ? `${Math.floor(left / 3600)}:` : ""}${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
  };
  const timer = setInterval(draw, 1000);
}

// Leaving a page with words that were not saved.
const form = document.querySelector(".change-form #content-main > form");
if (form) {
  let touched = false;
  form.addEventListener("input", () => { touched = true; });
  form.addEventListener("submit", () => { touched = false; });
  addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
}

// Copying a field of a pack. Without this the text is selected by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const box = document.getElementById(button.dataset.copy);
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(box.value);
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = words; }, 2000);
    } catch { box.select(); }
  });
}
