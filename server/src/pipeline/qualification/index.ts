export { qualifyCpa } from './cpa.ts';
export type { CpaOutcome, QualificationContext } from './cpa.ts';
export { countDeposits, isChargeback, isDeposit } from './deposits.ts';
export type { CountedDeposit, DepositCount } from './deposits.ts';
export { findBarAt, judgeGates, listStatusSpans } from './gates.ts';
export type { Gate, GateContext } from './gates.ts';
export { findKycAt, findPassedFrom, judgeKyc, listKycSpans } from './kyc.ts';
export type { KycGate } from './kyc.ts';
export { findCountryAt, judgeCountry, judgeProduct } from './only.ts';
