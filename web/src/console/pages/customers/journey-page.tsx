import { PageHeader } from '../../../components/page-header.tsx';

export function JourneyPage() {
  return <PageHeader title="Customer" />;
}
