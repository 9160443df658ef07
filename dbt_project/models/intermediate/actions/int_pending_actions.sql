{{ config(database='warehouse', materialized='incremental', incremental_strategy='rejudged', on_schema_change='fail') }}
-- Grain: action_id; open cases. What is wanted of couriers and not sent, as the interface takes it through which the
-- parcel is booked; also what goes by default once its instant has come. An action keeps its id whatever is learnt
-- later, and a parcel has one default action at an instant, whichever it is by then. Personal.
with wanted as (
    select
        c.shipment_key, c.epoch, c.case_id, c.courier, c.awb, c.booked_with, c.carrier_id, c.attempts, c.is_exhausted,
        c.stage, c.stage_reason, c.latest_scan_at, c.out_on,
        upper(coalesce(c.native_code, '')) as native_code,
        upper(coalesce(c.native_reason, '')) as native_reason,
        w.source, w.action, w.rule, w.instructed_at, w.may_go_at, w.cycle_number, w.until_on, w.window_start, w.window_end,
        w.new_phone, w.new_address, w.new_pincode, w.landmark, w.text, w.is_day_asked, w.is_unclear, w.proof,
        w.source in ('default', 'rule') as is_fallback,
        w.action in ('reattempt', 'hold') as is_visit,
        w.is_day_asked or coalesce(w.new_phone, w.new_address, w.new_pincode, w.landmark) is not null as brings_news,
        case when w.action <> 'update_details' or k.is_by_reattempt then w.requested_on end as requested_on,
        k.courier is not null and not coalesce(c.is_carrier_unknown, false) as is_supported,
        coalesce(k.courier is not null and c.is_carrier_unknown, false) as is_carrier_unknown,
        coalesce(k.is_by_reattempt, false) as is_by_reattempt,
        k.carries_date, k.carries_window, k.carries_phone, k.carries_address, k.carries_pincode, k.takes_words, k.days_ahead,
        k.legal_codes, k.send_after_minute,
        case
            when w.window_start is not null and w.window_end is not null
                then 'Between ' || w.window_start || ' and ' || w.window_end
            when w.window_start is not null then 'After ' || w.window_start
            when w.window_end is not null then 'Before ' || w.window_end
        end as window_words
    from {{ ref('int_wanted_actions') }} as w
    inner join {{ ref('int_action_cases') }} as c on w.shipment_key = c.shipment_key and w.epoch = c.epoch
    left join {{ ref('stg_capabilities') }} as k on c.booked_with = k.courier and w.action = k.action
),

worded as (
    select
        *,
        case
            when is_supported then
                {{ remark('requested_on', 'carries_date', "'On ' || cast(requested_on as string)") }}
                || {{ remark('window_words', 'carries_window', 'window_words') }}
                || {{ remark('new_phone', 'carries_phone', "'Phone: ' || new_phone") }}
                || {{ remark('new_address', 'carries_address', "'Address: ' || new_address") }}
                || {{ remark('new_pincode', 'carries_pincode', "'Pincode: ' || new_pincode") }}
                || case when takes_words then coalesce('Landmark: ' || landmark || '. ', '') || coalesce(text, '') else '' end
        end as remarks,
        case
            when is_supported then
                case when is_by_reattempt then '; new details go with another request for the same attempt' else '' end
                || case
                    when
                        action = 'hold' and carries_date = 'no'
                        then '; there is no hold: an attempt is asked for on the day before'
                    when action = 'hold' then '; there is no hold: an attempt on that day is asked for'
                    when action = 'reattempt' and carries_date = 'no' and is_day_asked
                        then '; no date is taken: it is asked for on the day before'
                    when is_visit and carries_date = 'remarks' then '; the date goes into the remarks'
                    else ''
                end
                || case when is_visit then {{ difference('window_words', 'carries_window', 'the time of day') }} else '' end
                || case
                    when is_visit or action = 'update_details'
                        then
                            {{ difference('new_phone', 'carries_phone', 'the new phone') }}
                            || {{ difference('new_address', 'carries_address', 'the new address') }}
                            || {{ difference('new_pincode', 'carries_pincode', 'the new pincode') }}
                            || case
                                when landmark is null or carries_address = 'yes' and new_address is not null then ''
                                when takes_words then '; the landmark goes into the remarks'
                                when carries_address = 'yes' then '; a landmark without an address may be left out'
                                else '; the landmark is not taken'
                            end
                    else ''
                end
        end as clauses
    from wanted
),

final as (
    select
        md5(
            case_id || ':' || case when is_fallback then 'fallback' else source || ':' || action end
            || ':' || {{ epoch_micros('instructed_at') }}
        ) as action_id,
        shipment_key, epoch, case_id, courier, awb, booked_with, carrier_id, cycle_number, source, action, rule, is_fallback,
        is_unclear, instructed_at, requested_on,
        case when carries_date = 'yes' then requested_on end as send_on,
        case when carries_window = 'yes' then window_start end as send_window_start,
        case when carries_window = 'yes' then window_end end as send_window_end,
        greatest(
            may_go_at,
            -- Where no day can be named the order itself waits for the day before.
            case
                when is_visit and carries_date = 'no' then {{ ist_midnight(day_to_date(date_to_day('requested_on') ~ ' - 1')) }}
                else may_go_at
            end,
            coalesce({{ ist_midnight(day_to_date(date_to_day('requested_on') ~ ' - days_ahead')) }}, may_go_at),
            -- Of the IST day on which it falls due: the evening.
            case
                when is_fallback and send_after_minute is not null
                    then {{ ist_midnight(ist_date('instructed_at')) }} + send_after_minute * interval '1' minute
                else may_go_at
            end
        ) as release_at,
        {{ ist_midnight(day_to_date(date_to_day('case when is_by_reattempt then requested_on else until_on end') ~ ' + 1')) }}
            as expires_at,
        case
            when source = 'customer' then 1
            when source = 'operations' then 2
            when action = 'reattempt' then 3
            else 4
        end as priority,
        case
            when stage_reason = 'conflict' and action not in ('update_details', 'fake_attempt') then 'conflict'
            when is_visit and is_exhausted and not brings_news and not is_fallback then 'new_information'
            when
                instr(' ' || legal_codes || ' ', ' ' || native_code || ' ') = 0
                and instr(' ' || legal_codes || ' ', ' ' || native_reason || ' ') = 0
                then 'status'
        end as waits_for,
        is_supported,
        is_carrier_unknown,
        upper(substr(clauses, 3, 1)) || substr(clauses, 4) as differences,
        latest_scan_at, attempts, stage as case_stage, out_on,
        case when carries_phone = 'yes' then new_phone end as new_phone,
        case when carries_address = 'yes' then new_address end as new_address,
        case when carries_address = 'yes' then landmark end as landmark,
        case when carries_pincode = 'yes' then new_pincode end as new_pincode,
        nullif(trim(remarks), '') as remarks,
        proof
    from worded
)

select * from final
