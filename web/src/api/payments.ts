import type { clawbackList, clawbackReply, payableReply, paymentReply } from '@plumbline/contract';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ProblemError } from './client.ts';
import { useOne, useRows } from './resources.ts';
import type { RowList } from './resources.ts';
import type { Wire } from './types.ts';

// What is paid to partners, and what is taken back of it.

export type Payable = Wire<typeof payableReply>;
export type Payment = Wire<typeof paymentReply>;
export type Clawback = Wire<typeof clawbackReply>;

export const usePayable = (partnerId: string): UseQueryResult<Payable, ProblemError> =>
  useOne(`/v1/partners/${partnerId}/payable`);
export const usePayments = (partnerId: string): RowList<Payment> =>
  useRows<Payment>('/v1/payments', { partnerId });
export const useClawbacks = (partnerId: string): UseQueryResult<Wire<typeof clawbackList>, ProblemError> =>
  useOne(`/v1/partners/${partnerId}/clawbacks`);
