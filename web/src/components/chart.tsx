import { useComputedColorScheme } from '@mantine/core';
import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { useEffect, useId, useRef } from 'react';

export interface ChartSeries {
  readonly name: string;
  /** One value for each time; null leaves a gap. */
  readonly values: readonly (number | null)[];
  /** A CSS variable of the design, such as `--tone-good-mark`. */
  readonly colorVar?: string;
  readonly area?: boolean;
}

interface ChartProps {
  /** One sentence that says what the picture shows. */
  readonly label: string;
  /** ISO times, oldest first. */
  readonly times: readonly string[];
  readonly series: readonly ChartSeries[];
  readonly unit?: string;
  readonly height?: number;
}

/** Lines over time. The drawing code is loaded when the first chart is shown; the same values stand in a table for those who cannot see it. */
export function Chart({ label, times, series, unit = '', height = 200 }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(undefined);
  const scheme = useComputedColorScheme('light');
  const id = useId();
  useEffect(() => {
    let isGone = false;
    void loadDrawing().then((init) => {
      if (isGone || place.current === null) return;
      chart.current ??= init(place.current, null, { renderer: 'svg' });
      chart.current.setOption(optionOf({ times, series, unit }), { notMerge: true });
    });
    return () => {
      isGone = true;
    };
  }, [times, series, unit, scheme]);
  useEffect(() => {
    const watch = new ResizeObserver(() => chart.current?.resize());
    if (place.current !== null) watch.observe(place.current);
    return () => {
      watch.disconnect();
      chart.current?.dispose();
      chart.current = undefined;
    };
  }, []);
  return (
    <figure style={{ margin: 0, position: 'relative' }} aria-labelledby={id}>
      <div ref={place} style={{ height, width: '100%' }} aria-hidden />
      <figcaption id={id} className="visually-hidden">
        {label}
      </figcaption>
      <div className="visually-hidden">
        <table>
          <caption>{label}</caption>
          <thead>
            <tr>
              <th scope="col">Time</th>
              {series.map(({ name }) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {times.slice(-12).map((time, index, last) => (
              <tr key={time}>
                <th scope="row">{time}</th>
                {series.map(({ name, values }) => (
                  <td key={name}>{values[times.length - last.length + index] ?? 'none'}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

async function loadDrawing() {
  const [core, charts, parts, renderers] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ]);
  core.use([charts.LineChart, parts.GridComponent, parts.TooltipComponent, renderers.SVGRenderer]);
  return core.init;
}

function optionOf({ times, series, unit }: Pick<ChartProps, 'times' | 'series' | 'unit'>): EChartsCoreOption {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const text = { color: color('--text-faint'), fontSize: 11 };
  return {
    animation: false,
    grid: { left: 8, right: 8, top: 12, bottom: 4, containLabel: true },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: color('--surface-card'),
      borderColor: color('--line-soft'),
      textStyle: { color: color('--text-strong'), fontSize: 12 },
      valueFormatter: (value: unknown) =>
        value === null || value === undefined ? 'none' : `${String(value)} ${unit}`,
    },
    xAxis: {
      type: 'time',
      axisLabel: { ...text, hideOverlap: true },
      axisLine: { lineStyle: { color: color('--line-soft') } },
      axisTick: { show: false },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      min: 0,
      axisLabel: text,
      splitLine: { lineStyle: { color: color('--line-soft') } },
    },
    series: series.map(({ name, values, colorVar = '--mark-line', area = false }) => ({
      name,
      type: 'line',
      showSymbol: false,
      connectNulls: false,
      lineStyle: { width: 1.6 },
      itemStyle: { color: color(colorVar) },
      ...(area ? { areaStyle: { opacity: 0.12 } } : {}),
      data: times.map((time, index) => [Date.parse(time), values[index] ?? null]),
    })),
  };
}
