import { z } from 'zod';
import { changeSetIdSchema, previewSchema } from './change-sets.ts';
import { marketSchema, payoutBlockedSchema } from './compliance.ts';
import {
  effectiveFromSchema,
  idSchema,
  instantSchema,
  moneySchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
  programIdSchema,
  textSchema,
} from './common.ts';

export const createPartnerRequest = z.strictObject({
  programId: programIdSchema,
  name: textSchema(200, 'name'),
  externalRef: textSchema(200, 'externalRef')
    .optional()
    .describe('Your own id of the partner, unique in the program.'),
  parentId: partnerIdSchema
    .nullable()
    .default(null)
    .describe('The partner above, from the beginning; null = stands at the top.'),
  market: marketSchema.optional(),
});

export const updatePartnerRequest = z.strictObject({
  name: textSchema(200, 'name').optional(),
  status: z.enum(['active', 'suspended']).optional(),
  suspendedAt: instantSchema
    .optional()
    .describe('With status suspended: from when on. Default: now, by the clock of the program.'),
  reinstatedAt: instantSchema
    .optional()
    .describe(
      'With status active: when the suspension ends. Default: now. Not after its start: it never was.',
    ),
  market: marketSchema.nullable().optional().describe('Where the partner works; null = nobody knows.'),
});

export const partnerReply = z.object({
  id: partnerIdSchema,
  programId: programIdSchema,
  name: z.string(),
  externalRef: z.string().nullable(),
  status: z.enum(['active', 'suspended']),
  suspendedAt: instantSchema.nullable(),
  flaggedAt: instantSchema
    .nullable()
    .describe(
      'Since when its promotion is watched, after a strike: its visits are marked. null = it is not.',
    ),
  market: z.string().nullable().describe('Where it works: a country or a state of one.'),
  parentId: partnerIdSchema.nullable().describe('The partner above, now.'),
  createdAt: instantSchema,
});
export const partnerFigures = z.object({
  customers: z.number().int().describe('Attributed to it now.'),
  subPartners: z.number().int().describe('Directly below it, now.'),
  balances: z.array(z.object({ currency: z.string(), accrued: moneySchema, approved: moneySchema })),
});
export const partnerWithFigures = partnerReply.extend({ figures: partnerFigures.optional() });
export const partnerPage = pageSchema(partnerWithFigures);
export const partnerListQuery = z.strictObject({
  ...pageQuery,
  programId: programIdSchema.optional(),
  search: z.string().min(1).max(200).optional().describe('Part of the name, or the whole externalRef.'),
});

export const moveParentRequest = z.strictObject({
  parentId: partnerIdSchema.nullable().describe('null: from here on the partner stands at the top.'),
  effectiveFrom: instantSchema
    .optional()
    .describe('Past or future. Default: now, by the clock of the program.'),
  reason: textSchema(500, 'reason').optional().describe('Why; kept with the move and in the audit.'),
});
export const moveRequest = moveParentRequest.extend({
  reason: textSchema(500, 'reason').describe('Why; kept with the move and in the audit.'),
});
export const movePreviewRequest = moveParentRequest.omit({ reason: true });
export const movePreviewReply = previewSchema.extend({
  moved: z.number().int().describe('How many partners the move concerns: the moved one and those below it.'),
  effectiveFrom: instantSchema,
});
export const edgeReply = z.object({
  partnerId: partnerIdSchema,
  parentId: partnerIdSchema.nullable(),
  effectiveFrom: effectiveFromSchema,
});
export const moveIdSchema = idSchema('mov', 'move');
export const moveItem = edgeReply.extend({
  id: moveIdSchema,
  until: instantSchema.nullable().describe('Where the next version of the parent begins; null = none.'),
  reason: z.string().nullable(),
  recordedAt: instantSchema,
  recordedBy: z.string(),
  factsVersion: z
    .number()
    .int()
    .describe('The facts version of the program that this move, or its retraction, made.'),
  inForce: z
    .boolean()
    .describe('Every customer whom the move concerns has been decided by it. False while that is under way.'),
  retraction: z
    .object({ at: instantSchema, by: z.string(), reason: z.string() })
    .nullable()
    .describe('It was taken back: it never was, and its instant is free again. null = it stands.'),
});
export const moveReply = moveItem.extend({
  partners: z
    .number()
    .int()
    .describe('How many partners it concerns: the moved one and those below it while it holds.'),
  changeSetId: changeSetIdSchema
    .nullable()
    .describe('The change set by which it was made, where it moved money that was booked. Undo it there.'),
});
export const moveParams = z.strictObject({ id: moveIdSchema });
export const moveRetractionRequest = z.strictObject({
  reason: textSchema(500, 'reason').describe('Why; kept with the move and in the audit.'),
});
export const moveList = z.object({
  items: z.array(moveItem).describe('Every version of the parent, oldest first.'),
});
export const childrenQuery = z.strictObject({
  ...pageQuery,
  programId: programIdSchema,
  parentId: partnerIdSchema.optional().describe('Left out: those at the top of the program.'),
  at: instantSchema.optional().describe('As of this instant. Default: now, by the clock of the program.'),
});
export const childrenPage = z.object({
  at: instantSchema,
  total: z.number().int().describe('How many stand there in all.'),
  items: z.array(
    z.object({
      id: partnerIdSchema,
      name: z.string(),
      status: z.enum(['active', 'suspended']),
      below: z.number().int().describe('How many stand directly below it.'),
    }),
  ),
  nextCursor: z.string().nullable(),
});
export const partnerDetailReply = partnerWithFigures.extend({
  parents: z.array(edgeReply).describe('Every version of the parent, oldest first.'),
  payoutBlocked: payoutBlockedSchema,
});

export interface TreeNode {
  id: string;
  name: string;
  status: 'active' | 'suspended';
  children: TreeNode[];
}
const treeNode: z.ZodType<TreeNode> = z
  .object({
    id: partnerIdSchema,
    name: z.string(),
    status: z.enum(['active', 'suspended']),
    get children() {
      return z.array(treeNode);
    },
  })
  .meta({ id: 'PartnerTreeNode' });
export const treeQuery = z.strictObject({
  at: instantSchema
    .optional()
    .describe('The tree as of this instant. Default: now, by the clock of the program.'),
  depth: z.coerce
    .number()
    .int()
    .min(0)
    .max(1000)
    .default(1000)
    .describe('How many levels below the partner. Default: all.'),
});
export const treeReply = z.object({
  at: instantSchema,
  ancestors: z
    .array(z.object({ id: partnerIdSchema, name: z.string() }))
    .describe('From the partner above up to the top.'),
  root: treeNode,
  complete: z
    .boolean()
    .describe(
      'False: there are more than 5,000 partners in it, and only some are here; read the others by GET /v1/partner-tree.',
    ),
});
