import { PageHeader } from '../../../components/page-header.tsx';

export function PartnerPage() {
  return <PageHeader title="Partner" />;
}
