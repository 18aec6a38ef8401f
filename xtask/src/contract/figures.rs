//! Figures of the contract, by operation.

use cloudfn_codegen::account::{account, dropped_by_generator_alone, Fate};
use cloudfn_codegen::contract::{Contract, Ledger};
use cloudfn_codegen::error::Error;
use cloudfn_codegen::lowering::lower;
use cloudfn_codegen::model::{pointer, Operation, Spec};
use cloudfn_codegen::statements::Statement;

use crate::text;

/// The columns of the table.
pub const COLUMNS: [&str; 15] = [
    "operation",
    "pages",
    "statements",
    "claims",
    "prose",
    "rules",
    "of them checked",
    "samples",
    "statuses",
    "deviations",
    "contradictions",
    "carried",
    "documented only",
    "relaxed",
    "generator alone drops",
];

/// Figures of the contract.
pub struct Figures {
    /// A row of each operation, then the total.
    pub rows: Vec<Row>,
    /// The outcome of each constraint, by spec.
    pub fates: Vec<(String, Vec<(Statement, Fate)>)>,
    /// The specs that cannot be lowered, and why.
    pub errors: Vec<(String, Error)>,
}

/// The figures of an operation, or of all.
#[derive(Clone, Default, serde::Serialize)]
pub struct Row {
    pub name: String,
    /// A figure for each column except the first.
    pub figures: [usize; 14],
}

impl Figures {
    /// The figures of `contract`.
    pub fn of(contract: &Contract) -> Self {
        let (mut fates, mut errors) = (Vec::new(), Vec::new());
        for spec in &contract.specs {
            let lowered = lower(spec).map(|lowered| account(spec, &lowered));
            let of_spec = lowered.map_err(|error| errors.push((spec.api.clone(), error)));
            fates.push((spec.api.clone(), of_spec.unwrap_or_default()));
        }
        let mut rows = Vec::new();
        let mut total = Row { name: "all".into(), ..Row::default() };
        for (index, spec) in contract.specs.iter().enumerate() {
            for operation in &spec.operations {
                let mut row = ledger_figures(contract, index, operation);
                add_fates(&mut row, &fates[index].1, is_in(spec, operation));
                for (sum, figure) in total.figures.iter_mut().zip(row.figures).take(10) {
                    *sum += figure;
                }
                rows.push(row);
            }
            add_fates(&mut total, &fates[index].1, |_| true);
        }
        rows.push(total);
        Self { rows, fates, errors }
    }

    /// The table for a terminal.
    pub fn table(&self) -> String {
        text::table(&self.cells(), 1, text::width())
    }

    /// The figures of all operations, with their columns.
    pub fn totals(&self) -> impl Iterator<Item = (&'static str, usize)> + '_ {
        let figures = self.rows.last().into_iter().flat_map(|row| row.figures);
        COLUMNS[1..].iter().copied().zip(figures)
    }

    /// The number of statements of each page, as a table for a terminal.
    pub fn statements(contract: &Contract) -> String {
        let head = ["page", "statements", "prose"].map(str::to_owned).to_vec();
        let rows = contract.ledgers.iter().map(|ledger| {
            let prose = ledger.prose.iter().filter(|claim| claim.is_of_page()).count();
            let page = ledger.page.stem().to_owned();
            vec![page, ledger.statements().to_string(), prose.to_string()]
        });
        let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
        text::table(&rows, 1, text::width())
    }

    fn cells(&self) -> Vec<Vec<String>> {
        let mut cells = vec![COLUMNS.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>()];
        for row in &self.rows {
            let mut line = vec![row.name.clone()];
            line.extend(row.figures.iter().map(ToString::to_string));
            cells.push(line);
        }
        cells
    }
}

fn ledger_figures(contract: &Contract, spec: usize, operation: &Operation) -> Row {
    let mut row = Row { name: operation.id.to_owned(), ..Row::default() };
    let of_operation = |l: &&Ledger| l.spec == spec && l.page.operation == operation.id;
    for ledger in contract.ledgers.iter().filter(of_operation) {
        let claims = contract.claims().filter(|(of, _)| std::ptr::eq(*of, ledger));
        let claims: Vec<_> = claims.map(|(_, claim)| claim).collect();
        let deviating = claims.iter().filter(|claim| claim.deviation.is_some());
        let page = &ledger.page;
        let figures = [
            1,
            ledger.statements(),
            claims.len(),
            ledger.prose.len(),
            page.rules.len(),
            page.rules.iter().filter(|rule| contract.is_exercised(ledger, rule)).count(),
            page.samples.len(),
            page.statuses.len(),
            deviating.count(),
            page.contradictions.len(),
        ];
        for (sum, figure) in row.figures.iter_mut().zip(figures) {
            *sum += figure;
        }
    }
    row
}

fn add_fates(row: &mut Row, fates: &[(Statement, Fate)], is_of: impl Fn(&Statement) -> bool) {
    for (constraint, fate) in fates.iter().filter(|(constraint, _)| is_of(constraint)) {
        let column = match fate {
            Fate::Carried(_) => 10,
            Fate::DocumentedOnly(_) => 11,
            Fate::Relaxed(_) => 12,
            Fate::Unaccounted => continue,
        };
        row.figures[column] += 1;
        row.figures[13] += usize::from(dropped_by_generator_alone(&constraint.keyword));
    }
}

/// Whether a constraint is in what an operation uses.
fn is_in<'s>(spec: &Spec, operation: &'s Operation) -> impl Fn(&Statement) -> bool + 's {
    let components = spec.components_in(&operation.pointer);
    move |constraint| match pointer::component(&constraint.pointer) {
        Some(component) => components.contains(component),
        None => {
            let parameters = operation.parameters.iter().map(|parameter| &parameter.pointer);
            let mut holders = parameters.chain([&operation.pointer]);
            holders.any(|holder| pointer::is_in(&constraint.pointer, holder))
        }
    }
}

/// The outcome of a constraint.
pub fn outcome(fate: &Fate) -> &'static str {
    match fate {
        Fate::Carried(_) => "carried",
        Fate::DocumentedOnly(_) => "documented only",
        Fate::Relaxed(_) => "relaxed",
        Fate::Unaccounted => "unaccounted",
    }
}
