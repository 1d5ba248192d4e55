// Copying, and the sheet of the phone for passing something on. Nothing is sent before somebody presses a button.
"use strict";

for (const group of document.querySelectorAll("[data-share-buttons]")) {
  const status = group.querySelector("[data-copy-status]");
  const copy = group.querySelector("[data-copy]");
  const share = group.querySelector("[data-share-url]");
  if (share && navigator.share) {
    share.hidden = false;
    share.addEventListener("click", () => {
      navigator.share({ title: share.dataset.shareTitle, url: share.dataset.shareUrl }).catch(() => {});
    });
  }
  if (copy && navigator.clipboard) {
    copy.addEventListener("click", async () => {
      const source = document.querySelector(copy.dataset.copy);
      try {
        await navigator.clipboard.writeText(source.value ?? source.textContent);
        status.textContent = copy.dataset.done;
      } catch {
        status.textContent = ""; // the text can still be marked by hand
      }
    });
  } else if (copy) {
    copy.hidden = true;
  }
  group.hidden = !(navigator.clipboard || (share && navigator.share));
}
