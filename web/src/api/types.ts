import type {
  commissionExplanationReply,
  commissionReply,
  customerReply,
  dealReply,
  deliveryItem,
  importPreviewReply,
  importReply,
  journeyReply,
  parkedReply,
  partnerDetailReply,
  partnerWithFigures,
  programReply,
  quarantineReply,
  roadFigures,
  searchReply,
  sessionReply,
  sourceReply,
  storedDeliveryDetailReply,
  storedDeliveryReply,
  storedEventDetailReply,
  storedEventReply,
  treeReply,
} from '@plumbline/contract';

/** What a schema of the contract describes; types only, so that no schema code is loaded by the page. */
export type Wire<S extends { readonly _zod: { readonly output: unknown } }> = S['_zod']['output'];

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export type FileImport = Wire<typeof importReply>;
export type FilePreview = Wire<typeof importPreviewReply>;
export type Program = Wire<typeof programReply>;
export type Source = Wire<typeof sourceReply>;
export type Partner = Wire<typeof partnerWithFigures>;
export type Customer = Wire<typeof customerReply>;
export type Commission = Wire<typeof commissionReply>;
export type Delivery = Wire<typeof storedDeliveryReply>;
export type DeliveryItem = Wire<typeof deliveryItem>;
export type DeliveryDetail = Wire<typeof storedDeliveryDetailReply>;
export type StoredEvent = Wire<typeof storedEventReply>;
export type QuarantineItem = Wire<typeof quarantineReply>;
export type StoredEventDetail = Wire<typeof storedEventDetailReply>;
export type Parked = Wire<typeof parkedReply>;
export type Session = Wire<typeof sessionReply>;
export type RoadFigures = Wire<typeof roadFigures>;
export type Journey = Wire<typeof journeyReply>;
export type SearchHits = Wire<typeof searchReply>;
export type CommissionExplanation = Wire<typeof commissionExplanationReply>;
export type PartnerTree = Wire<typeof treeReply>;
export type Deal = Wire<typeof dealReply>;
export type JourneyStep = Journey['steps'][number];
export type PartnerDetail = Wire<typeof partnerDetailReply>;
