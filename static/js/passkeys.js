// Passkeys: the browser's part. Each form asks the server for options, the browser for an answer, and posts it.
"use strict";

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (ch) => ch.charCodeAt(0));
const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function asOptions(options) {
  const listed = (keys) => (keys || []).map((key) => ({ ...key, id: toBytes(key.id) }));
  const made = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) made.user = { ...options.user, id: toBytes(options.user.id) };
  if (options.excludeCredentials) made.excludeCredentials = listed(options.excludeCredentials);
  if (options.allowCredentials) made.allowCredentials = listed(options.allowCredentials);
  return made;
}

function asJson(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return JSON.stringify({
    id: credential.id, rawId: toText(credential.rawId), type: credential.type, response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function ask(form) {
  const answer = await fetch(form.dataset.options, { method: "POST", body: new FormData(form), credentials: "same-origin" });
  const data = await answer.json();
  if (!answer.ok) throw new Error(data.error);
  const publicKey = asOptions(data.publicKey);
  return form.dataset.passkey === "add" ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  for (const other of document.querySelectorAll("[data-without-passkeys]")) other.hidden = true;
  const problem = form.querySelector("[data-passkey-problem]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!form.reportValidity()) return;
    problem.hidden = true;
    try {
      form.elements.credential.value = asJson(await ask(form));
    } catch (error) {
      const known = { InvalidStateError: form.dataset.there, SecurityError: form.dataset.host };
      problem.textContent = known[error.name] || (error instanceof DOMException ? form.dataset.ended : error.message) || form.dataset.ended;
      problem.hidden = false;
      return;
    }
    form.submit();
  });
}
