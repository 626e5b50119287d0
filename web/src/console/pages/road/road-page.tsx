import { PageHeader } from '../../../components/page-header.tsx';

export function RoadPage() {
  return <PageHeader title="Road" />;
}
