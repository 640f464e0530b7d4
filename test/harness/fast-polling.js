// This module is loaded into a gateway's process with --import, and shortens its intervals of ten seconds to 200 ms.
const { setInterval } = globalThis;

globalThis.setInterval = (callback, delay, ...args) =>
  setInterval(callback, delay === 10_000 ? 200 : delay, ...args);
