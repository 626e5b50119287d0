import type {
  changeSetReply,
  complianceList,
  moveList,
  movePreviewReply,
  moveReply,
} from '@plumbline/contract';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ProblemError } from './client.ts';
import { useOne } from './resources.ts';
import type { Wire } from './types.ts';

export type ComplianceList = Wire<typeof complianceList>;
export type ComplianceFact = ComplianceList['items'][number];
export type Move = Wire<typeof moveList>['items'][number];
export type MovePreview = Wire<typeof movePreviewReply>;
/** A move that stands, or the change set that a second person must agree to. */
export type MoveAnswer = Wire<typeof moveReply> | Wire<typeof changeSetReply>;

export const useCompliance = (partnerId: string): UseQueryResult<ComplianceList, ProblemError> =>
  useOne(`/v1/partners/${partnerId}/compliance`);
export const useMoves = (partnerId: string): UseQueryResult<Wire<typeof moveList>, ProblemError> =>
  useOne(`/v1/partners/${partnerId}/moves`);
