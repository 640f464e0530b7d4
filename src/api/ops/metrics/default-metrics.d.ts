/** The modules of `collectDefaultMetrics`, for which prom-client has no types. */
declare module 'prom-client/lib/metrics/*.js' {
  const measure: (registry: import('prom-client').Registry) => void;
  export default measure;
}
