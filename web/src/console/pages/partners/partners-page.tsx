import { PageHeader } from '../../../components/page-header.tsx';

export function PartnersPage() {
  return <PageHeader title="Partners" />;
}
