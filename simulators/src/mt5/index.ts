// The door of the simulated MetaTrader 5 server.
export { answerChallenge } from './auth.ts';
export { DealBook } from './book.ts';
export { Mt5Client, Mt5Refused } from './client.ts';
export { ACTION, ENTRY, REASON } from './deal.ts';
export type { Deal } from './deal.ts';
export type { Fault, FaultRates } from './faults.ts';
export { Forwarder } from './forwarder.ts';
export { Mt5Server } from './server.ts';
export { SERVER_ZONE, serverSeconds } from './server-time.ts';
