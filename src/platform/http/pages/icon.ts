import type { RequestHandler } from 'express';

/** The icon of all pages, as an SVG document. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#6a5acd"/><circle cx="12" cy="16" r="5" fill="none" stroke="#fff" stroke-width="3"/><path d="M17 16h10m-4 0v5" fill="none" stroke="#fff" stroke-width="3"/></svg>`;

/** The icon as a PNG image of 32 by 32 pixels. */
const png = Buffer.from(
  [
    'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgBAMAAACBVGfHAAAAAXNSR0IB2cksfwAAAC1QTFRFAAAAalrN////tKzmaVnNi37Y6Ob3',
    'wLnqopjgaVnNaVnMaFnM2dXyalLGaFjHI09mKgAAAA90Uk5TAP///+f/////frRK/xAg7lGLwwAAALVJREFUeJxjYOCd5SgIBSIr',
    'LzAwMGwRRALeDAzcgihgA8MVVAFfhomoApIMC1EFpBgcUQVEGATRAA6BiFZUgTAlpVRkAWElIDBEEghSSi9TUkUIiCYpCwoaqSEE',
    'JJQSBQXFlA4bGxsbQgUKBQXFQeYoKWIXEFU6KCgoo1Rso3QYokUwSUNQsEkNaLsh3NrjIGsRAlCHIQQwnI7pOfzhgRGEGIE8EVVA',
    'kuEJqoAfZlRiRDZ6cgAAGZI7p/CjkAcAAAAASUVORK5CYII=',
  ].join(''),
  'base64',
);

/**
 * Responds with the icon that browsers request from `/favicon.ico` without a link to it. It is a PNG image, because not
 * every browser shows an SVG image here. Browsers recognize the format by the media type.
 */
export const serveIcon: RequestHandler = (request, response, next) => {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    next();
    return;
  }
  response.set('cache-control', 'public, max-age=86400').type('png').send(png);
};
