/** What the main process and the preload script call each other by. */
export const channels = {
  /** Page → main: the page asks for its port. */
  requestPort: 'mercury:request-port',
  /** Main → page: the port, as the one transferred object. */
  port: 'mercury:port',
  /** Main → page: the place to go to, the part of the address from `#` on. */
  go: 'mercury:go',
} as const;
