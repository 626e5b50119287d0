import type { gradeDecisionReply, partnerGradeReply } from '@plumbline/contract';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ProblemError } from './client.ts';
import { useOne, useRows } from './resources.ts';
import type { RowList } from './resources.ts';
import type { Wire } from './types.ts';

// Grades of partners: what they are, what was decided of them, and what is missing.

export type PartnerGrade = Wire<typeof partnerGradeReply>;
export type GradeDecision = Wire<typeof gradeDecisionReply>;

export const usePartnerGrade = (partnerId: string): UseQueryResult<PartnerGrade, ProblemError> =>
  useOne(`/v1/partners/${partnerId}/grade`);
export const useGradeDecisions = (partnerId: string): RowList<GradeDecision> =>
  useRows<GradeDecision>('/v1/grade-decisions', { partnerId });
