// A proof of work for a form with `data-challenge`: what is hashed is written in privacy/challenge.py. The same file runs
// in the page and as its worker. Without it, or when anything here fails, the form is sent without a proof and the
// server answers with a page on which one waits a little instead.
"use strict";
(() => {
  const START = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  ];
  const ROUND = new Int32Array([
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
  ]);
  const STEP = 5_000; // attempts of the worker in one go
  const LONGER = 5_000; // milliseconds until it says that it goes on
  const GIVE_UP = 30_000; // milliseconds until the form is sent without a proof

  /** One block of SHA-256: `words` holds 64 places of which the first 16 are the block; changes both arguments. */
  function compress(state, words) {
    for (let i = 16; i < 64; i++) {
      const near = words[i - 2];
      const far = words[i - 15];
      const one = ((near >>> 17) | (near << 15)) ^ ((near >>> 19) | (near << 13)) ^ (near >>> 10);
      const two = ((far >>> 7) | (far << 25)) ^ ((far >>> 18) | (far << 14)) ^ (far >>> 3);
      words[i] = (one + words[i - 7] + two + words[i - 16]) | 0;
    }
    let a = state[0], b = state[1], c = state[2], d = state[3];
    let e = state[4], f = state[5], g = state[6], h = state[7];
    for (let i = 0; i < 64; i++) {
      const turned = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const add = (h + turned + ((e & f) ^ (~e & g)) + ROUND[i] + words[i]) | 0;
      const other = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      h = g; g = f; f = e; e = (d + add) | 0;
      d = c; c = b; b = a; a = (add + other + ((b & c) ^ (b & d) ^ (c & d))) | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d;
    state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  }

  /** SHA-256 of bytes as eight words. */
  function digest(bytes) {
    const padded = new Uint8Array(((bytes.length + 8) >> 6 << 6) + 64);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 4, bytes.length * 8);
    const state = new Int32Array(START);
    const words = new Int32Array(64);
    for (let at = 0; at < padded.length; at += 64) {
      for (let i = 0; i < 16; i++) words[i] = view.getInt32(at + 4 * i);
      compress(state, words);
    }
    return state;
  }

  /** `attempt(count)` tries the next numbers and returns the proof, or -1. */
  function searcher(challenge, address) {
    const spare = 32 - Number(challenge.split(".")[3]);
    const words = new Int32Array(64);
    words.set(digest(new TextEncoder().encode(`${challenge}\n${address}`)));
    words[10] = 0x80 << 24;
    words[15] = 320; // bits: the prefix and the number
    const state = new Int32Array(8);
    let number = 0;
    return (count) => {
      for (const end = number + count; number < end; number++) {
        words[8] = Math.floor(number / 2 ** 32);
        words[9] = number | 0;
        state.set(START);
        compress(state, words);
        if (state[0] >>> spare === 0) return number;
      }
      return -1;
    };
  }

  if (typeof document === "undefined") {
    onmessage = ({ data }) => {
      const attempt = searcher(data.challenge, data.address);
      let proof = -1;
      while (proof < 0) proof = attempt(STEP);
      postMessage(proof);
    };
    return;
  }

  const source = document.currentScript.src;

  /** Find the proof in a worker, or between two frames of the page; returns {promise, stop}. */
  function work(challenge, address) {
    let worker = null;
    let stopped = false;
    const promise = new Promise((resolve) => {
      const inThePage = () => {
        const attempt = searcher(challenge, address);
        const turn = () => {
          if (stopped) return;
          const until = performance.now() + 12;
          let proof = -1;
          while (proof < 0 && performance.now() < until) proof = attempt(STEP / 50);
          if (proof < 0) setTimeout(turn);
          else resolve(proof);
        };
        turn();
      };
      try {
        worker = new Worker(source);
        worker.onmessage = ({ data }) => { worker.terminate(); resolve(data); };
        worker.onerror = (event) => { event.preventDefault(); worker.terminate(); if (!stopped) inThePage(); };
        worker.postMessage({ challenge, address });
      } catch {
        inThePage();
      }
    });
    return { promise, stop: () => { stopped = true; worker?.terminate(); } };
  }

  for (const form of document.querySelectorAll("form[data-challenge]")) {
    const challenge = form.dataset.challenge;
    const status = form.querySelector("[data-challenge-status]");
    const stop = form.querySelector("[data-challenge-stop]");
    const send = form.querySelector("button:not([type=button])");
    const { challenge: challengeField, proof: proofField } = form.elements;
    let job = null; // {address, promise, stop} of the last search
    let sending = false;
    let timers = [];

    const typed = () => {
      const address = String(new FormData(form).get("email") ?? "");
      return address.replace(/^[ \t\n\f\r]+|[ \t\n\f\r]+$/g, "").replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
    };
    const say = (name) => { status.textContent = name ? status.dataset[name] : ""; };
    const search = () => {
      const address = typed();
      if (job?.address !== address) {
        job?.stop();
        job = { address, ...work(challenge, address) };
      }
      return job;
    };
    const rest = () => {
      sending = false;
      timers.forEach(clearTimeout);
      send.removeAttribute("aria-disabled");
      stop.hidden = true;
      say("");
    };

    form.addEventListener("submit", (event) => {
      if (sending) { event.preventDefault(); return; }
      if (!typed().includes("@")) return; // the server says so, beside the field
      event.preventDefault();
      sending = true;
      send.setAttribute("aria-disabled", "true");
      stop.hidden = false;
      say("working");
      const submit = () => {
        timers.forEach(clearTimeout);
        say("sending");
        form.submit();
      };
      timers = [setTimeout(() => say("longer"), LONGER), setTimeout(submit, GIVE_UP)];
      const mine = search();
      mine.promise.then((proof) => {
        if (!sending || job !== mine) return; // cancelled meanwhile
        challengeField.value = challenge;
        proofField.value = proof;
        submit();
      }, submit);
    });
    stop.querySelector("button").addEventListener("click", () => {
      job?.stop();
      job = null;
      rest();
      send.focus();
    });
    addEventListener("pageshow", (event) => { if (event.persisted) rest(); }); // by the back button

    if ("challengeAtOnce" in form.dataset && typed().includes("@")) {
      const mine = search();
      if (!sending) say("working");
      mine.promise.then(() => { if (!sending && job === mine) say("ready"); }, rest);
    }
  }
})();
