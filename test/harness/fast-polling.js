// Loaded into a gateway's process with --import: what it does every ten seconds, it does five times a second.
const { setInterval } = globalThis;

globalThis.setInterval = (callback, delay, ...args) =>
  setInterval(callback, delay === 10_000 ? 200 : delay, ...args);
